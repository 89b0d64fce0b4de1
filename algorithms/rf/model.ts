import type { Point, Problem } from "../../core/algorithm.ts";
import { compareTrials } from "../../core/ranking.ts";
import { type Rng, studyRng } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import type { Model, Proposal } from "../common/guided-search.ts";
import type { History, TrialRecord } from "../common/history.ts";
import { checkpoint, createResults } from "./data.ts";
import { explainCandidate, explainRandom } from "./explain.ts";
import { type Candidate, maximise } from "./maximise.ts";
import { drawScalarisation, type LossOf } from "./scalarise.ts";
import type { Settings } from "./settings.ts";
import { createSurrogate, type Grown, grow } from "./surrogate.ts";

/** Random points that are drawn for a random suggestion, in case some are known or infeasible. */
const RANDOM_DRAWS = 1;

export function createForestModel(
  problem: Problem,
  settings: Settings,
  history: History,
  distinct: Distinct,
): Model {
  const results = createResults(history);
  let kept: { records: readonly TrialRecord[]; grown: Grown } | null = null;

  /** One objective: grown once a checkpoint and kept, which changes no result: it depends on these trials alone. */
  const grownOn = (records: readonly TrialRecord[], lossOf: LossOf): Grown => {
    if (kept && sameRecords(kept.records, records)) return kept.grown;
    const random = studyRng(problem.seed, `rf/${records.length}`);
    kept = { records, grown: grow(problem, records, lossOf, random, settings) };
    return kept.grown;
  };

  return {
    observe: (event) => results.observe(event),
    propose(rng) {
      if (rng() < settings.randomShare) return randomProposals(distinct, settings, rng);
      const all = results.list();
      const base = all.slice(0, checkpoint(all.length));
      const single = problem.objectives === 1;
      const lossOf: LossOf = single ? ([loss]) => loss! : drawScalarisation(history.completed, rng);
      const grown = single ? grownOn(base, lossOf) : grow(problem, base, lossOf, rng, settings);
      const pending = history.pending.map(({ point }) => point);
      const surrogate = createSurrogate(grown, all, base.length, lossOf, pending, settings);
      const best = bestTrials(history.completed, lossOf);
      const starts = best.slice(0, settings.incumbents).map(({ point }) => point);
      const candidates = maximise(problem, surrogate, starts, distinct, settings, rng);
      const context = { problem, surrogate, best, results: all.length, pending: pending.length };
      return candidates.map(
        (candidate: Candidate): Proposal => ({
          point: candidate.point,
          why: explainCandidate(candidate, context),
        }),
      );
    },
  };
}

function randomProposals(distinct: Distinct, settings: Settings, rng: Rng): Proposal[] {
  const points = Array.from({ length: RANDOM_DRAWS }, () => distinct.draw(rng));
  const found = points.filter((point): point is Point => point !== null);
  return found.map((point) => ({ point, why: explainRandom(settings.randomShare) }));
}

function sameRecords(a: readonly TrialRecord[], b: readonly TrialRecord[]): boolean {
  return a.length === b.length && a.every((record, index) => record === b[index]);
}

function bestTrials(completed: readonly TrialRecord[], lossOf: LossOf): TrialRecord[] {
  const ranked = completed.map((record) => ({
    record,
    trial: record.trial,
    loss: lossOf(record.losses!),
    violations: record.violations,
  }));
  return ranked.sort(compareTrials).map(({ record }) => record);
}
