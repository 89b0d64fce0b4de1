import { type CurveProblem, type Train, wholeSteps } from "../../../benchmarks/fidelity/problems/problem.ts";
import type { FidelityTuner, Job, JobOutcome, Listens } from "../../../benchmarks/fidelity/tuner.ts";
import { float } from "../../../benchmarks/problems/parameters.ts";

export const scale = { best: 0, reference: 0.5, median: 0.8 };

export const train: Train = ({ x }) => ({
  lossAt: (step) => Number(x) + (1 - step / 9),
  secondsAt: (step) => step * (Number(x) > 0.5 ? 2 : 1),
});

/** Trainings of nine steps of one second each (two with x above 0.5) that end at x. */
export const line: CurveProblem = {
  ...{ name: "test/line", suite: "test", unit: "epoch", min: 1, max: 9, steps: wholeSteps(9) },
  space: { parameters: [float("x", 0, 1)], constraints: [] },
  ...{ resumable: true, meanSeconds: 9, scales: { seen: scale, final: scale } },
  open: () => train,
};

/** Hands out given jobs, and notes what it is told. */
export interface ScriptedTuner extends FidelityTuner {
  readonly told: string[];
}

export function scripted(
  jobs: readonly (Partial<Job> & { trial: number; params: Job["params"] })[],
  options: { listens?: Listens; stopAt?: number; onEnd?: (job: Job, outcome: JobOutcome) => Job | null } = {},
): ScriptedTuner {
  const waiting: Job[] = jobs.map((job) => ({ attempt: 1, budget: 9, ...job }));
  const told: string[] = [];
  const { listens = "budgets", stopAt = Number.POSITIVE_INFINITY, onEnd } = options;
  return {
    ...{ listens, told, clock: 0, decisionSeconds: [] },
    get ended() {
      return onEnd === undefined && waiting.length === 0;
    },
    async ask() {
      return waiting.shift() ?? null;
    },
    async report(job, step) {
      told.push(`${this.clock}: ${job.trial} at ${step}`);
      return step >= stopAt;
    },
    async end(job, outcome) {
      told.push(`${this.clock}: ${job.trial} ${outcome}`);
      const next = onEnd?.(job, outcome) ?? null;
      if (next !== null) waiting.push(next);
    },
  };
}
