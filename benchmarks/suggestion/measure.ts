import { performance } from "node:perf_hooks";
import { findAlgorithm } from "../../algorithms/index.ts";
import type { Point, Search, TrialEvent } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import { quantile } from "../report.ts";
import { historyOf, lossOf, spaceOf } from "./history.ts";
import { type Elapsed, timed } from "./stopwatch.ts";

/** How long an algorithm takes to suggest after n trials, and to be told of n trials. */

/** Milliseconds on a quiet machine, but for `wallMs`. */
export interface Timing {
  /** Finished trials before the suggestions that were timed. */
  trials: number;
  replayMs: number;
  /** The first suggestion after the replay, which builds what is built lazily. */
  firstMs: number;
  /** Of the later ones. */
  p50Ms: number;
  p95Ms: number;
  /** The median by the clock, whatever else the machine was doing. */
  wallMs: number;
}

export interface Options {
  algorithm: string;
  config: unknown;
  dimensions: number;
  trials: number;
  /** Suggestions that are timed, each followed by the result of its trial. */
  suggestions: number;
  /** Past these, no further suggestion is timed; one is in any case. Default: no limit. */
  seconds?: number;
  seed: number;
}

export function measure(options: Options): Timing {
  const {
    algorithm,
    config,
    dimensions,
    trials,
    suggestions,
    seconds = Number.POSITIVE_INFINITY,
    seed,
  } = options;
  const { create, config: schema } = findAlgorithm(algorithm);
  const limits = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, fidelity: null };
  const search = create(createProblem(spaceOf(dimensions), { ...limits, seed }), schema.parse(config));
  const history = historyOf(dimensions, trials, seed);
  const events = history.flatMap(({ point, loss }, trial) => eventsOf(trial, point, loss));
  const replay = timed(() => {
    for (const event of events) search.observe(event);
  });
  const first = timeSuggestion(search, trials, seed);
  const times: Elapsed[] = [];
  const end = performance.now() + 1000 * seconds;
  do times.push(timeSuggestion(search, trials + 1 + times.length, seed));
  while (times.length < suggestions && performance.now() < end);
  const quiet = times.map((time) => time.quiet);
  const wall = times.map((time) => time.wall);
  return {
    ...{ trials, replayMs: replay.quiet, firstMs: first.quiet },
    ...{ p50Ms: quantile(quiet, 0.5), p95Ms: quantile(quiet, 0.95), wallMs: quantile(wall, 0.5) },
  };
}

/** Of one suggestion, whose trial is then run. */
function timeSuggestion(search: Search, trial: number, seed: number): Elapsed {
  let suggestion: ReturnType<Search["suggest"]> | undefined;
  const elapsed = timed(() => {
    suggestion = search.suggest(trialRng(seed, trial, "suggest"));
  });
  if (suggestion?.type === "start") {
    const { point } = suggestion;
    for (const event of eventsOf(trial, point, lossOf(point, trial, seed))) search.observe(event);
  }
  return elapsed;
}

function eventsOf(trial: number, point: Point, loss: number): TrialEvent[] {
  return [
    { type: "scheduled", trial, point, budget: null },
    { type: "finished", trial, losses: [loss], violations: [], cause: "completed" },
  ];
}
