import type { Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import type { Model, Proposal } from "../common/guided-search.ts";
import type { History } from "../common/history.ts";
import { createInitialDesign, type InitialDesign } from "../common/initial.ts";
import { FAILED } from "../common/ranks.ts";
import { choose } from "./choose.ts";
import { columnsOf } from "./columns.ts";
import { createEvenPoints } from "./even-points.ts";
import { explainChoice, explainStart } from "./explain.ts";
import { createRegionLog } from "./region-log.ts";
import { createSurrogate } from "./surrogate.ts";

/** The search within the region at hand (TuRBO-1), for any number of workers: each gets a draw of its own. */

export interface ModelOptions {
  /** Evenly spread trials that a region starts from. */
  initial: number;
  /** Trials at the beginning that neither enlarge nor shrink the first region. */
  sources: number;
}

/** Random points in the box that each suggestion chooses from. */
const CANDIDATES = 2000;

export function createTurboModel(
  problem: Problem,
  { initial, sources }: ModelOptions,
  history: History,
  distinct: Distinct,
): Model {
  const columns = columnsOf(problem);
  const log = createRegionLog({ first: sources, later: initial, dimensions: columns.of.length });
  const surrogateNow = createSurrogate(columns, log, history);
  const even = createEvenPoints(CANDIDATES, columns.of.length);
  const needed = Math.max(2, Math.ceil(initial / 2));
  let design: { region: number; at: InitialDesign } | null = null;

  /** Each region has a scramble of its own. */
  const designOf = (region: number): InitialDesign => {
    if (design?.region === region) return design.at;
    const at = createInitialDesign(problem, { purpose: `turbo/${region}`, centre: false });
    design = { region, at };
    return at;
  };

  const start = (results: number, rng: Rng): Proposal[] => {
    const { region, scheduled } = log;
    const planned = designOf(region.id)(scheduled);
    const usable = problem.feasible(planned) && !distinct.has(planned);
    const point = usable ? planned : distinct.draw(rng);
    if (point === null) return [];
    return [{ point, why: explainStart(region, scheduled, results, needed) }];
  };

  return {
    observe: (event, record) => log.observe(event, record),
    propose(rng: Rng): Proposal[] {
      if (columns.of.length === 0) return [];
      const { region, results, scheduled } = log;
      const useful = results.reduce((count, { rank }) => count + (rank[0] === FAILED ? 0 : 1), 0);
      // The frame has seen to the design of the first region.
      const starting = region.id > 0 && scheduled < region.design;
      if (starting || useful < needed) return start(useful, rng);
      const surrogate = surrogateNow();
      const centre = history.record(surrogate.centre)!.point;
      const choice = choose(problem, columns, { surrogate, centre, side: region.side }, even, distinct, rng);
      if (choice === null) return [];
      return [{ point: choice.point, why: explainChoice(choice, { region, surrogate, history }) }];
    },
  };
}
