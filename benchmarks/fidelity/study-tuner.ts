import { type StudySpec, type StudySpecInput, studySpecSchema } from "../../core/study.ts";
import { SimulatedStudy } from "../simulation/simulated-study.ts";
import type { CurveProblem } from "./problems/problem.ts";
import type { FidelityTuner, Job, Listens } from "./tuner.ts";

export interface StudyChoice {
  algorithm: string;
  /** Absent: every training is whole, unless it is stopped early. */
  schedule?: { name: string; config?: Record<string, unknown> };
  stopping?: { name: string; config?: Record<string, unknown> };
}

export interface StudyOptions {
  workers: number;
  seed: number;
  /** Absent: as many as there is time for. */
  trials?: number;
}

/** The reduction factor of every schedule that is compared. */
export const ETA = 3;

/** The study that a user of this problem would submit. */
export function specOf(problem: CurveProblem, choice: StudyChoice, options: StudyOptions): StudySpec {
  const { algorithm, schedule, stopping } = choice;
  const { unit, min, max } = problem;
  const fidelity: StudySpecInput["fidelity"] = { unit, min, max, eta: ETA, ...(schedule && { schedule }) };
  const parsed = studySpecSchema.parse({
    name: "benchmark",
    parameters: [...problem.space.parameters],
    objectives: [{ metric: "loss", goal: "minimize" }],
    algorithm: { name: algorithm },
    ...(schedule && { fidelity }),
    ...(stopping && { earlyStopping: stopping }),
    ...(options.trials !== undefined && { budget: { maxTrials: options.trials } }),
    parallelism: options.workers,
    // Whatever fails in a simulation is its worker, never the trial.
    retry: { maxLostAttempts: 100 },
    seed: options.seed,
  } satisfies StudySpecInput);
  return { ...parsed, seed: options.seed };
}

/** Fettle: the deployed scheduler's turns on a study in memory, told what happens as agents tell it. */
export function createStudyTuner(
  problem: CurveProblem,
  spec: StudySpec,
  listens: Listens,
): FidelityTuner & { readonly study: SimulatedStudy } {
  const study = new SimulatedStudy(spec);
  const began = study.now;
  const jobs = new Map<number, Job>();
  const queue: Job[] = [];
  const stopping = new Set<number>();
  const decisionSeconds: number[] = [];
  let known = 0;
  let ended = false;

  const turn = async () => {
    study.now = began + 1000 * tuner.clock;
    const before = performance.now();
    await study.turn();
    decisionSeconds.push((performance.now() - before) / 1000);
    for (; known < study.log.length; known++) follow();
  };

  /** One entry of the log: what it means for the workers. */
  const follow = () => {
    const { body } = study.log[known]!;
    if (body.type === "trial.scheduled") {
      enqueue({ trial: body.trial, attempt: 1, params: body.params, budget: body.budget ?? problem.max });
    } else if (body.type === "trial.promoted") {
      const job = jobs.get(body.trial)!;
      enqueue({ ...job, attempt: job.attempt + 1, budget: body.budget });
    } else if (body.type === "trial.requeued") {
      const job = jobs.get(body.trial)!;
      enqueue({ ...job, attempt: job.attempt + 1 });
    } else if (body.type === "trial.stopping") {
      stopping.add(body.trial);
    } else if (body.type === "search.exhausted" || body.type === "study.done") {
      ended = true;
    }
  };

  const enqueue = (job: Job) => {
    jobs.set(job.trial, job);
    stopping.delete(job.trial);
    queue.push(job);
  };

  const tuner = {
    study,
    listens,
    clock: 0,
    decisionSeconds,
    get ended() {
      return ended;
    },
    async ask() {
      if (queue.length === 0 && known === 0) await turn();
      const job = queue.shift() ?? null;
      if (job !== null) study.start(job.trial, job.attempt);
      return job;
    },
    async report({ trial, attempt }: Job, step: number, loss: number) {
      study.observe(trial, [loss], { attempt, from: step });
      // A report that only ends a budget is read in the turn that follows the end.
      if (listens !== "budgets") await turn();
      return stopping.has(trial);
    },
    async end({ trial, attempt }: Job, outcome: "completed" | "stopped" | "lost") {
      study.end(trial, { outcome }, attempt, ["loss"]);
      await turn();
    },
  };
  return tuner;
}
