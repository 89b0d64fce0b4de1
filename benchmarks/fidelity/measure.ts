import { messageOf } from "../../core/errors.ts";
import { rungsOf } from "../../core/fidelity.ts";
import { quantile } from "../report.ts";
import { curvesOf } from "./incumbent.ts";
import type { Bench, Method } from "./methods.ts";
import type { CurveProblem } from "./problems/problem.ts";
import type { RunKey, RunRecord } from "./record.ts";
import { type Simulation, type SimulationOptions, simulate } from "./simulate.ts";
import { ETA } from "./study-tuner.ts";

/** What workers suffer, by the name that records have. */
export const faults: Readonly<
  Record<string, Pick<SimulationOptions, "failures" | "stragglers" | "slowdown" | "checkpoints">>
> = {
  none: {},
  failures: { failures: 0.1 },
  stragglers: { stragglers: 0.1, slowdown: 4 },
  "no-checkpoints": { checkpoints: false },
};

/** Runs one study up to its cut-off and says how it went. Never throws: a crash is a result too. */
export async function measure(
  bench: Bench,
  method: Method,
  problem: CurveProblem,
  key: RunKey,
): Promise<RunRecord> {
  const before = performance.now();
  try {
    const { workers, seed, budget } = key;
    const horizon = (budget * problem.meanSeconds) / workers;
    // As many as fit when none goes beyond the least budget.
    const trials = Math.ceil(
      (budget * problem.max) / rungsOf({ min: problem.min, max: problem.max, eta: ETA })[0]!,
    );
    const tuner = await bench.open(method, problem, { workers, seed, trials });
    const options = { workers, seed, horizon, ...faults[key.faults] };
    const run = await simulate(problem, tuner, options);
    const seconds = (performance.now() - before) / 1000;
    return {
      ...key,
      ...figuresOf(problem, run, options),
      ...decisions(tuner.decisionSeconds),
      seconds: round(seconds),
    };
  } catch (error) {
    // A peer's process may be in any state now.
    bench.close();
    return { ...key, ...NOTHING, error: messageOf(error).slice(0, 300) };
  }
}

const NOTHING = {
  ...{ curves: { seen: [], final: [] }, trials: 0, completed: 0, trained: 0, wasted: 0, seconds: 0 },
  idle: { barrier: 0, end: 0 },
  decisionMs: [0, 0] as const,
};

function figuresOf(
  problem: CurveProblem,
  run: Simulation,
  options: SimulationOptions,
): Pick<RunRecord, "curves" | "trials" | "completed" | "trained" | "wasted" | "idle"> {
  const time = options.workers * options.horizon;
  return {
    curves: curvesOf(problem, run, options),
    trials: run.trainings.size,
    completed: run.completed.size,
    trained: round(run.trainedSeconds / problem.meanSeconds),
    wasted: round(run.wastedSeconds / problem.meanSeconds),
    idle: { barrier: round(run.idleSeconds.barrier / time), end: round(run.idleSeconds.end / time) },
  };
}

function decisions(seconds: readonly number[]): Pick<RunRecord, "decisionMs"> {
  return { decisionMs: [round(1000 * quantile(seconds, 0.5)), round(1000 * quantile(seconds, 0.95))] };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
