import type { ZodType } from "zod";
import { z } from "zod";
import type { Evidence, Fidelity, Point, Problem, TrialEvent } from "./algorithm.ts";
import { jsonSchema } from "./json.ts";
import type { Rng } from "./rng.ts";

/**
 * The plug-in interface of a fidelity schedule: how far each trial may train, who goes on and who is given up. Where new
 * trials lie is the sampler's business (core/algorithm.ts); the two are put together by algorithms/fidelity/compose.ts.
 *
 * A trial runs up to its budget, pauses there, and waits until the schedule resumes it with a larger one or gives it up.
 */

/** A problem whose trials can be trained in part. */
export interface FidelityProblem extends Problem {
  fidelity: Fidelity;
}

/** What a schedule learns, in log order: a trial's life beyond what a sampler is told. */
export type ScheduleEvent =
  | TrialEvent
  /**
   * It has trained up to `budget` and waits. `losses`: those there, of what it reported up to that step; null when it
   * reported nothing finite, which counts as worse than every other.
   */
  | {
      type: "paused";
      trial: number;
      budget: number;
      losses: readonly number[] | null;
      violations: readonly number[];
    }
  /** It goes on, up to a larger budget. */
  | { type: "resumed"; trial: number; budget: number };

/** What to do next. Nothing of it has happened before the event that says so. */
export type ScheduleStep =
  /**
   * A new trial. `point`: where; absent: wherever the sampler says. `parent`: the trial whose checkpoint it starts from;
   * absent: none, it starts from nothing. A budget of `fidelity.max` is the whole training.
   */
  | { type: "start"; budget: number; point?: Point; parent?: number; why: Evidence }
  /** A paused trial goes on from where it is. `budget` is larger than the one it paused at. */
  | { type: "resume"; trial: number; budget: number; why: Evidence }
  /** A paused trial is given up for good. */
  | { type: "prune"; trial: number; why: Evidence }
  /** Nothing now; ask again after the next event. Never while no trial is queued or running. */
  | { type: "wait"; why: Evidence }
  /** Nothing ever again, whatever is still running; paused trials stay as they are. */
  | { type: "exhausted"; why: Evidence };

export interface Schedule {
  /**
   * Folds one fact into the state. Trials of other origins are welcome: one that a user enqueued has budget null and is
   * trained to its end; it belongs to no rung. A trial may finish at any time, paused ones too (`cancelled`).
   */
  observe(event: ScheduleEvent): void;
  /**
   * The next step given what was observed; a pure function of it and of the randomness. `canStart`: whether there may be
   * new trials (the limit on trials is not reached, the sampler has points). Never a `start` where it is false.
   */
  next(rng: Rng, canStart: boolean): ScheduleStep;
}

/** A registry entry. `version` changes whenever the same log would give other steps. */
export interface FidelitySchedule<Config = unknown> {
  name: string;
  version: number;
  summary: string;
  config: ZodType<Config>;
  /** Whether trials may have several losses. */
  multiObjective: boolean;
  /**
   * The early stopper that belongs to it, beside those the user chose, with its settings; null: none. For a schedule that
   * stops running trials instead of pausing them.
   */
  stopper?(fidelity: Fidelity, config: Config): { name: string; config: Record<string, unknown> } | null;
  /** When trials are compared, as a sentence with the study's unit ("epoch"). Absent: at the rungs, `rungsOf`. */
  compares?(problem: FidelityProblem, config: Config, unit: string): string;
  /** @throws FettleError "invalid-study" with fields pointing into `/fidelity` when the problem is beyond it. */
  create(problem: FidelityProblem, config: Config): Schedule;
}

/**
 * The budgets at which trials are compared, ascending: min, min · eta, min · eta² and so on, and max as the last. By repeated
 * multiplication and not by logarithms, which miss whole powers (log 243 / log 3 = 4.999…). A rung so close below max that
 * going on from it is hardly worth a comparison (less than √eta away) is left out. Rounded to whole steps where min and max
 * are whole.
 */
export function rungsOf({ min, max, eta }: Fidelity): number[] {
  const whole = Number.isInteger(min) && Number.isInteger(max);
  const rungs: number[] = [];
  for (let level = min; level * Math.sqrt(eta) <= max; level *= eta) {
    const rung = whole ? Math.round(level) : level;
    if (rung > (rungs.at(-1) ?? 0) && rung < max) rungs.push(rung);
  }
  return [...rungs, max];
}

const pluginConfig = z.record(z.string(), jsonSchema).default({});

export const checkpointSchema = z
  .strictObject({
    store: z
      .enum(["agent", "shared", "server"])
      .default("agent")
      .describe(
        "Where checkpoints of paused trials lie: on the agent that wrote them, on a path that all agents see, or sent to the server as well.",
      ),
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe("store shared: the directory, the same on every agent."),
    maxMb: z
      .int()
      .min(1)
      .max(10_240)
      .default(256)
      .describe("store server: a larger checkpoint stays on its agent, and the log says so."),
    keepBest: z
      .int()
      .min(0)
      .max(100_000)
      .default(3)
      .describe(
        "Checkpoints kept of the best trials that ended; those of trials that can go on are always kept.",
      ),
    affinitySeconds: z
      .number()
      .min(0)
      .max(86_400)
      .default(30)
      .describe(
        "How long a resumed trial waits for the agent that holds its checkpoint before another takes it.",
      ),
  })
  .describe("What becomes of checkpoint directories.");

export const fidelitySchema = z
  .strictObject({
    unit: z
      .string()
      .regex(/^[a-z][a-z ]{0,30}$/)
      .default("step")
      .describe("What a step is, for sentences: epoch, iteration, tree."),
    min: z
      .number()
      .positive()
      .max(1e12)
      .default(1)
      .describe("The least budget at which trials are compared."),
    max: z
      .number()
      .positive()
      .max(1e12)
      .describe("The budget of a whole training, in the steps that the script reports."),
    eta: z
      .number()
      .gt(1)
      .max(100)
      .default(3)
      .describe("Of so many trials one goes on to the next rung, trained so many times as long."),
    schedule: z.strictObject({ name: z.string().default("asha"), config: pluginConfig }).prefault({}),
    checkpoint: checkpointSchema.prefault({}),
  })
  .refine(({ min, max }) => min <= max, { path: ["min"], message: "`min` must not be larger than `max`." })
  .describe("Train many trials a little and few to the end.");
export type FidelitySpec = z.infer<typeof fidelitySchema>;
