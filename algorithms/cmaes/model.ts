import type { Point, Problem, TrialEvent } from "../../core/algorithm.ts";
import { type Rng, studyRng } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import type { Model, Proposal } from "../common/guided-search.ts";
import type { History, TrialRecord } from "../common/history.ts";
import { compareRanks, FAILED, type Rank, rankOf } from "../common/ranks.ts";
import { pointFromUniforms } from "../draw.ts";
import { populationSize } from "./constants.ts";
import { sampledFrom } from "./explain.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { createJudge, type Ranked } from "./preselect.ts";
import { endOf, nextRun, type PastRun, type Restarts } from "./restart.ts";
import { afterGeneration, type Run, runFrom, takeGeneration } from "./run.ts";
import { drawSamples, mostPromising } from "./samples.ts";
import { coordinatesOf, enoughToFit, priorMean, type Start, startAt, startFrom } from "./start.ts";

/**
 * CMA-ES as a fold over the log. Results enter the generation at hand in the order in which they come, whichever
 * generation they were sampled from, so that no worker waits and no result is dropped; the update takes each of them for
 * what it is relative to the distribution of the moment.
 */

export interface ModelOptions {
  /** Trials at the beginning that do not come from here; the distribution starts from their results. */
  sources: number;
  /** Step size at the start, in units of the unit cube. */
  sigma: number;
  /** λ of the first run; null: by the number of dimensions. */
  size: number | null;
  restarts: Restarts;
  /** Samples that a model of nearby results chooses from; 1: plain CMA-ES. */
  candidates: number;
}

/** Above it the covariance is kept diagonal: there is no budget that would pay for learning d² / 2 numbers. */
const MOST_FULL_DIMENSIONS = 100;

export function createCmaesModel(
  problem: Problem,
  options: ModelOptions,
  history: History,
  distinct: Distinct,
): Model {
  const layout = layoutOf(problem);
  const diagonal = layout.normal.length > MOST_FULL_DIMENSIONS;
  let run: Run | null = null;
  const past: PastRun[] = [];
  /** Of trials that were scheduled: the run at that time. */
  const runOf = new Map<number, number>();
  let waiting = new Map<number, Rank>();
  const ranks = new Map<number, Rank>();

  const firstRun = (): Run => {
    const size = options.size ?? populationSize(layout.normal.length + layout.categorical.length);
    const start = firstStart(layout, history, options, diagonal);
    return runFrom(layout, start, size, diagonal, { index: 0, regime: "first" });
  };

  const fold = (trial: number, rank: Rank | null, current: Run): void => {
    waiting.delete(trial);
    if (rank === null || (runOf.get(trial) ?? 0) !== current.index) return;
    waiting.set(trial, rank);
    const generation = takeGeneration(waiting, current);
    if (generation === null) return;
    waiting = new Map();
    run = afterGeneration(problem, history, current, generation);
    const why = options.restarts === "none" ? null : endOf(run.distribution, run.progress);
    if (why !== null && options.restarts !== "none") run = restarted(run, options.restarts);
  };

  const restarted = (ended: Run, restarts: Exclude<Restarts, "none">): Run => {
    past.push({
      regime: ended.regime,
      size: ended.distribution.constants.size,
      results: ended.results,
    });
    const index = ended.index + 1;
    const rng = studyRng(problem.seed, `cmaes/run/${index}`);
    const { regime, size, sigmaFactor } = nextRun(restarts, past, rng);
    const centre = pointFromUniforms(problem, problem.dimensions.map(rng));
    const mean = Float64Array.from(layout.normal, (k, i) => centre[k] ?? priorMean(layout)[i]!);
    const start = startAt(layout, mean, options.sigma * sigmaFactor, diagonal);
    return runFrom(layout, start, size, diagonal, { index, regime });
  };

  return {
    observe(event: TrialEvent, record: TrialRecord) {
      if (event.type === "scheduled") {
        // The first trial that may come from here fixes what the distribution starts from.
        if (run === null && history.trials.length > options.sources && history.completed.length > 0)
          run = firstRun();
        if (run !== null) runOf.set(record.trial, run.index);
      } else if (event.type === "finished") {
        const rank = rankOf(record);
        if (rank === null) ranks.delete(record.trial);
        else ranks.set(record.trial, rank);
        if (run !== null) fold(record.trial, rank, run);
      }
    },
    propose(rng: Rng): Proposal[] {
      const current = run ?? firstRun();
      const usable = (point: Point) => problem.feasible(point) && !distinct.has(point);
      const samples = drawSamples(problem, current.distribution, options.candidates, usable, rng);
      if (samples.length === 0) return [];
      const judge =
        samples.length === 1 ? null : createJudge(current.distribution, rankedResults(history, ranks));
      const chosen = mostPromising(samples, judge);
      return [{ point: chosen.point, why: sampledFrom(current, history, chosen, judge, samples.length) }];
    },
  };
}

/** In the order in which the trials were scheduled. */
function rankedResults(history: History, ranks: ReadonlyMap<number, Rank>): Ranked[] {
  return history.trials.flatMap(({ trial, point }) => {
    const rank = ranks.get(trial);
    return rank === undefined ? [] : [{ trial, point, rank }];
  });
}

function firstStart(layout: Layout, history: History, { sigma }: ModelOptions, diagonal: boolean): Start {
  const sorted = history.trials
    .flatMap((record) => {
      const rank = rankOf(record);
      return rank === null || rank[0] === FAILED ? [] : [{ record, rank }];
    })
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ record }) => record);
  if (enoughToFit(sorted.length)) return startFrom(layout, sorted, diagonal);
  const centre = priorMean(layout);
  const mean = sorted.length === 0 ? centre : coordinatesOf(layout, sorted[0]!, centre);
  return startAt(layout, mean, sigma, diagonal);
}
