import type { ProblemFacts } from "../../../benchmarks/quality/problem-facts.ts";
import type { RunKey, RunRecord } from "../../../benchmarks/quality/record.ts";

/** Records and problems for tests of what is made of them. */

export function problemNamed(name: string, changes: Partial<ProblemFacts> = {}): ProblemFacts {
  return {
    name,
    family: name.split("/")[0]!,
    split: "dev",
    objectives: 1,
    dimensions: 2,
    conditional: false,
    noisy: false,
    best: 0,
    reference: 1,
    task: "task",
    ...changes,
  };
}

/** A sequential run of 100 trials of "tpe" on "test/a" that scored 1 after its first trial. */
export function runOf(changes: Partial<RunRecord> = {}): RunRecord {
  const key: RunKey = {
    ...{ problem: "test/a", task: "task", method: "tpe", version: "1" },
    ...{ workers: 1, seed: 0, trials: 100, paired: 0 },
  };
  return { ...key, status: "ok", curve: [1, 1], clock: 1, seconds: 1, askMs: [1, 1, 1], ...changes };
}

/** A run a seed of each method on each problem; `score` of the last trial. */
export function runsOf(
  methods: readonly string[],
  problems: readonly ProblemFacts[],
  seeds: number,
  score: (method: string, problem: string, seed: number) => number,
): RunRecord[] {
  return methods.flatMap((method) =>
    problems.flatMap(({ name: problem, task }) =>
      Array.from({ length: seeds }, (_, seed) =>
        runOf({
          ...{ method, problem, task, seed, trials: 200 },
          curve: [1, 2, 20, score(method, problem, seed)],
        }),
      ),
    ),
  );
}
