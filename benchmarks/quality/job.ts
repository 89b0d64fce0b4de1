import { setPriority } from "node:os";
import { messageOf } from "../../core/errors.ts";
import { findProblem } from "../problems/index.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import { measure, missingRun } from "./measure.ts";
import { createBench, parseMethod } from "./methods.ts";
import type { RunKey, RunRecord } from "./record.ts";

/** A process of the pool: measures one run after the other, as it is told by its parent. */

export interface JobRequest {
  key: RunKey;
  /** Directory of recorded results; null: none. */
  data: string | null;
}

const NICE = 10;
setPriority(Math.max(NICE, Number(process.env.FETTLE_BENCHMARK_NICE ?? NICE)));

const bench = createBench();
// Recorded tables are megabytes: only the last few problems are kept.
const KEPT = 8;
const problems = new Map<string, BenchmarkProblem>();

process.on("message", async ({ key, data }: JobRequest) => {
  process.send!(await recordOf(key, data));
});
process.on("disconnect", () => {
  bench.kill();
  process.exit();
});

async function recordOf(key: RunKey, data: string | null): Promise<RunRecord> {
  try {
    return await measure(bench, parseMethod(key.method), problemOf(key.problem, data), key);
  } catch (error) {
    return missingRun(key, "failed", 0, messageOf(error));
  }
}

function problemOf(name: string, data: string | null): BenchmarkProblem {
  const known = problems.get(name);
  if (known) return known;
  const problem = findProblem(name, data);
  problems.set(name, problem);
  if (problems.size > KEPT) problems.delete(problems.keys().next().value as string);
  return problem;
}
