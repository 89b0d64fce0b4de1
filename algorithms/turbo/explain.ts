import type { Evidence } from "../../core/algorithm.ts";
import { normalCdf } from "../../math/normal.ts";
import type { History } from "../common/history.ts";
import { nearestTrials } from "../common/nearest.ts";
import type { Choice } from "./choose.ts";
import type { Region } from "./region.ts";
import type { Surrogate } from "./surrogate.ts";

/** Why a point was proposed, for people. They count regions from 1. */

/** From this probability of improving on, a point exploits. */
const EXPLOITS = 0.3;

export function explainChoice(
  choice: Choice,
  { region, surrogate, history }: { region: Region; surrogate: Surrogate; history: History },
): Evidence {
  const { centre, best, results } = surrogate;
  const { mean, std, drawn, point, candidates } = choice;
  const improvement = normalCdf((best - mean) / std);
  const nearest = nearestTrials(history, point);
  const exploits = improvement >= EXPLOITS;
  const aim = exploits
    ? "it exploits what is known around the best"
    : "it explores: the model is too unsure there to rule out an improvement";
  const near =
    nearest.length === 0 ? "" : ` Nearest finished trials: ${nearest.map((t) => `#${t}`).join(", ")}.`;
  return {
    rule: "turbo-sample",
    inputs: {
      region: region.id + 1,
      side: region.side,
      centre,
      results,
      candidates,
      pending: history.pending.length,
      acquisition: rounded(drawn),
      mean: rounded(mean),
      std: rounded(std),
      best: rounded(best),
      improvement: rounded(improvement),
      nearest,
      aim: exploits ? "exploit" : "explore",
    },
    text:
      `The lowest of ${candidates} points around trial #${centre} (trust region ${region.id + 1}, side ` +
      `${rounded(region.side)}) in a function drawn from the model of ${results} results nearby; it improves with ` +
      `probability ${rounded(improvement)}: ${aim}.${near}`,
  };
}

/** A point of the design that a later region starts from, or more of it while results are too few. */
export function explainStart(region: Region, started: number, results: number, needed: number): Evidence {
  const where = `region ${region.id + 1}`;
  const text =
    started < region.design
      ? `Point ${started + 1} of ${region.design} that cover the space evenly: the search starts again in trust ${where}, because the one before became too small to improve in.`
      : `Evenly spread point: trust ${where} needs ${needed} results and has ${results}.`;
  return { rule: "turbo-start", inputs: { region: region.id + 1, started, results, needed }, text };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
