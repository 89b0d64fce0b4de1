import type { Algorithm, Evidence, Problem, Search, Suggestion } from "../../core/algorithm.ts";
import type { FidelityProblem, Schedule, ScheduleEvent, ScheduleStep } from "../../core/fidelity.ts";
import type { Rng } from "../../core/rng.ts";
import { createFeed } from "./feed.ts";
import { interleaveRandom } from "./interleave-random.ts";
import { randomShareOf } from "./sampler.ts";

/** A search whose trials may pause: what `Search` is, with the events of a schedule. */
export interface FidelitySearch {
  observe(event: ScheduleEvent): void;
  suggest(rng: Rng): Suggestion;
}

/**
 * A schedule and a sampler as one search: the schedule says how far which trial trains, the sampler where new ones lie.
 * `hyperband` with `tpe` is BOHB, `asha` with `gp` much like MOBSTER; feed.ts says what the sampler learns.
 *
 * @param createSampler creates searches of the algorithm, whose traits come last.
 */
export function createComposed(
  problem: FidelityProblem,
  schedule: Schedule,
  createSampler: (problem: Problem) => Search,
  { name, supports }: Pick<Algorithm, "name" | "supports">,
): FidelitySearch {
  const interleaved = interleaveRandom(createSampler, randomShareOf(name));
  const feed = createFeed(problem, interleaved, supports.pinned === true);
  const started = new Set<number>();
  const limit = problem.maxTrials ?? Number.POSITIVE_INFINITY;

  /** A schedule is never told that no trial can start because the sampler waits: it would close what is still open. */
  const pointFor = (step: ScheduleStep & { type: "start" }, rng: Rng): Suggestion => {
    const proposal = feed.suggest(rng);
    if (proposal.type === "wait") return proposal;
    if (proposal.type === "start")
      return { ...step, point: proposal.point, why: both(proposal.why, step.why) };
    // The sampler has no more points: what there is goes on as at the limit on trials.
    return withoutStart(schedule.next(rng, false));
  };

  return {
    observe(event) {
      if (event.type === "scheduled") started.add(event.trial);
      schedule.observe(event);
      feed.observe(event);
    },
    suggest(rng) {
      const step = schedule.next(rng, started.size < limit);
      if (step.type !== "start") return step;
      const { point } = step;
      return point === undefined ? pointFor(step, rng) : { ...step, point };
    },
  };
}

function withoutStart(step: ScheduleStep): Suggestion {
  if (step.type === "start") throw new Error("A schedule started a trial although none could start.");
  return step;
}

/** Why there and why so far: the sampler's rule, with the schedule's beside it. */
function both(where: Evidence, far: Evidence): Evidence {
  const schedule = { rule: far.rule, ...far.inputs };
  return { rule: where.rule, inputs: { ...where.inputs, schedule }, text: `${where.text} ${far.text}` };
}
