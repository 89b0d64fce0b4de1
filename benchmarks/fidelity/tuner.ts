import type { Params } from "../../core/space.ts";

/** Whoever decides which training goes how far: Fettle's scheduler, or a peer. One question at a time. */
export interface FidelityTuner {
  readonly listens: Listens;
  /** Set before each call: simulated seconds since the study began. */
  clock: number;
  /** What the next free worker is to do; null: nothing for now. */
  ask(): Promise<Job | null>;
  /** True: the training is to end here. */
  report(job: Job, step: number, loss: number): Promise<boolean>;
  end(job: Job, outcome: JobOutcome): Promise<void>;
  /** Nothing will follow, whatever still runs. */
  readonly ended: boolean;
  /** Real seconds of each decision, in order. */
  readonly decisionSeconds: readonly number[];
}

/** Which reports a tuner must be told: only those that end a budget, all, or those at these steps too. */
export type Listens = "budgets" | "steps" | readonly number[];

/** One attempt of a training, from where the trial stands up to its budget. */
export interface Job {
  trial: number;
  /** From 1. */
  attempt: number;
  params: Params;
  budget: number;
}

/** `completed`: it reached its budget; `stopped`: it was told to; `lost`: with its worker. */
export type JobOutcome = "completed" | "stopped" | "lost";
