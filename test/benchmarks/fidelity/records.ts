import type { RunRecord } from "../../../benchmarks/fidelity/record.ts";

export function curves(losses: (number | null)[]): RunRecord["curves"] {
  return { seen: losses, final: losses };
}

export function recordOf(parts: Partial<RunRecord>): RunRecord {
  return {
    ...{ method: "asha-random", version: "1", problem: "test/line", workers: 4, seed: 0, budget: 16 },
    ...{ faults: "none", curves: curves([]), trials: 1, completed: 1, trained: 1, wasted: 0, seconds: 0 },
    ...{ idle: { barrier: 0, end: 0 }, decisionMs: [0, 0] },
    ...parts,
  };
}
