import { messageOf } from "../../core/errors.ts";
import type { Params } from "../../core/space.ts";
import { UnsupportedError } from "../peers/peer-process.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import { quantile } from "../report.ts";
import { simulate } from "../simulation/simulate.ts";
import { createStudyTuner } from "../simulation/study-tuner.ts";
import { curveOf } from "./curve.ts";
import type { Bench, Method } from "./methods.ts";
import type { RunKey, RunRecord } from "./record.ts";

/** Runs one study to its end and says how it went. Never throws: a crash is a result too. */
export async function measure(
  bench: Bench,
  method: Method,
  problem: BenchmarkProblem,
  key: RunKey,
): Promise<RunRecord> {
  const before = performance.now();
  const elapsed = () => round((performance.now() - before) / 1000);
  try {
    const start = await startingPoints(problem, key);
    const tuner = await bench.open(method, problem, { ...key, start });
    const run = await simulate(problem, tuner, key);
    const failures = tuner.failures ?? [];
    return {
      ...key,
      status: "ok",
      curve: curveOf(problem, run.trials),
      clock: round(run.clock),
      seconds: elapsed(),
      askMs: milliseconds(tuner.askSeconds),
      ...(failures.length > 0 ? { fallbacks: failures.length, error: failures[0]!.slice(0, 300) } : {}),
    };
  } catch (error) {
    if (error instanceof UnsupportedError) return missingRun(key, "unsupported", elapsed(), error.message);
    // Its process may be in any state now.
    bench.kill();
    return missingRun(key, "failed", elapsed(), messageOf(error));
  }
}

export function missingRun(
  key: RunKey,
  status: Exclude<RunRecord["status"], "ok">,
  seconds: number,
  error: string,
): RunRecord {
  return { ...key, status, curve: [], clock: 0, seconds, askMs: [0, 0, 0], error: error.slice(0, 300) };
}

/** The same points for every method: the beginning of a scrambled Sobol sequence that depends on the seed alone. */
async function startingPoints(problem: BenchmarkProblem, { paired, seed }: RunKey): Promise<Params[]> {
  if (paired === 0) return [];
  const algorithm = { name: "sobol", config: {} };
  const design = createStudyTuner(problem, { algorithm, trials: paired, workers: paired, seed });
  const points: Params[] = [];
  for (let next = await design.ask(); next !== null; next = await design.ask()) points.push(next.params);
  return points;
}

function milliseconds(seconds: readonly number[]): RunRecord["askMs"] {
  const mean = seconds.reduce((sum, value) => sum + value, 0) / Math.max(1, seconds.length);
  const values = [mean, quantile(seconds, 0.5), quantile(seconds, 0.95)] as const;
  return values.map((value) => round(value * 1000)) as [number, number, number];
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
