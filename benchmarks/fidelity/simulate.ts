import { trialRng } from "../../core/rng.ts";
import { EventQueue } from "./event-queue.ts";
import { type CurveProblem, secondsBetween, type Train, type Training } from "./problems/problem.ts";
import type { FidelityTuner, Job, JobOutcome } from "./tuner.ts";

/**
 * Trainings on simulated workers with a simulated clock: each worker takes the next job as soon as it is free, its
 * training takes the seconds that were recorded, and what it reports is told at that moment. The time that tuners think
 * is not on this clock.
 */

export interface SimulationOptions {
  workers: number;
  /** Simulated seconds after which the study is cut off, whatever still trains. */
  horizon: number;
  /** Picks what fails and who is slow. */
  seed: number;
  /** Share of the attempts that are lost with their worker, at a random moment of their training. Default 0. */
  failures?: number;
  /** Share of the attempts that are `slowdown` times slower. Default 0. */
  stragglers?: number;
  slowdown?: number;
  /** Whether a promoted training goes on where it paused, or starts again from nothing. Default true. */
  checkpoints?: boolean;
}

/** What a training reported, whether or not the tuner listened. */
export interface Observation {
  time: number;
  trial: number;
  step: number;
  loss: number;
}

export interface Simulation {
  /** In the order of time. */
  observations: Observation[];
  trainings: ReadonlyMap<number, Training>;
  /** Worker-seconds that were trained, wasted ones too. */
  trainedSeconds: number;
  /** Worker-seconds of trainings that were lost or had to be done again. */
  wastedSeconds: number;
  /** Worker-seconds without work: `barrier`, until the tuner had some; `end`, after it had declared the study over. */
  idleSeconds: { barrier: number; end: number };
  /** Trials that trained to the end. */
  completed: ReadonlySet<number>;
  jobs: number;
  lost: number;
}

/** What a worker does. */
interface Attempt {
  job: Job;
  training: Training;
  /** Simulated seconds for one of the training's own. */
  pace: number;
  /** Where it is now, in steps and in time. */
  step: number;
  time: number;
  startedAt: number;
  /** The steps that the tuner is told of, ascending, those behind it taken off; the last is the budget. */
  stops: number[];
  /** When its worker is lost; Infinity: never. */
  lostAt: number;
}

export async function simulate(
  problem: CurveProblem,
  tuner: FidelityTuner,
  options: SimulationOptions,
): Promise<Simulation> {
  const workshop = new Workshop(problem, tuner, options);
  await workshop.fill();
  for (let next = workshop.next(); next !== null; next = workshop.next()) {
    await workshop.advance(next.value);
    await workshop.fill();
  }
  return workshop.close();
}

class Workshop {
  readonly #problem: CurveProblem;
  readonly #train: Train;
  readonly #tuner: FidelityTuner;
  readonly #options: SimulationOptions;
  readonly #events = new EventQueue<Attempt>();
  readonly #running = new Set<Attempt>();
  readonly #observations: Observation[] = [];
  readonly #trainings = new Map<number, Training>();
  /** The step of each trial's newest checkpoint. */
  readonly #reached = new Map<number, number>();
  readonly #completed = new Set<number>();
  readonly #idle = { barrier: 0, end: 0 };
  #clock = 0;
  #trained = 0;
  #wasted = 0;
  #jobs = 0;
  #lost = 0;

  constructor(problem: CurveProblem, tuner: FidelityTuner, options: SimulationOptions) {
    this.#problem = problem;
    this.#train = problem.open();
    this.#tuner = tuner;
    this.#options = options;
  }

  /** Gives work to every free worker, as far as there is some. */
  async fill(): Promise<void> {
    this.#tuner.clock = this.#clock;
    while (this.#running.size < this.#options.workers) {
      const job = await this.#tuner.ask();
      if (job === null) return;
      this.#start(job);
    }
  }

  /** Moves the clock to what happens next; null: nothing before the horizon. */
  next(): { value: Attempt } | null {
    const event = this.#events.take();
    const until = Math.min(event?.time ?? Number.POSITIVE_INFINITY, this.#options.horizon);
    const free = this.#options.workers - this.#running.size;
    this.#idle[this.#tuner.ended ? "end" : "barrier"] += free * (until - this.#clock);
    this.#clock = until;
    if (event === null || event.time > this.#options.horizon) return null;
    return event;
  }

  /** The attempt comes to its next stop, or its worker is lost. */
  async advance(attempt: Attempt): Promise<void> {
    const { job, stops, training } = attempt;
    this.#tuner.clock = this.#clock;
    if (this.#clock >= attempt.lostAt) return this.#end(attempt, "lost");
    const stop = stops.shift()!;
    this.#observe(attempt, stop);
    attempt.time = this.#clock;
    const told = await this.#tuner.report(job, stop, training.lossAt(stop));
    if (stops.length === 0) return this.#end(attempt, "completed");
    if (told) return this.#end(attempt, "stopped");
    this.#schedule(attempt);
  }

  close(): Simulation {
    for (const attempt of this.#running) {
      this.#observeUntil(attempt, this.#options.horizon);
      this.#trained += this.#options.horizon - attempt.startedAt;
    }
    return {
      observations: this.#observations.sort((a, b) => a.time - b.time),
      trainings: this.#trainings,
      trainedSeconds: this.#trained,
      wastedSeconds: this.#wasted,
      idleSeconds: this.#idle,
      completed: this.#completed,
      jobs: this.#jobs,
      lost: this.#lost,
    };
  }

  #start(job: Job): void {
    const { failures = 0, stragglers = 0, slowdown = 1, checkpoints = true, seed } = this.#options;
    const training = this.#trainings.get(job.trial) ?? this.#train(job.params);
    this.#trainings.set(job.trial, training);
    const reached = this.#reached.get(job.trial) ?? 0;
    const rng = trialRng(seed, job.trial, `attempt ${job.attempt}`);
    const pace = rng() < stragglers ? slowdown : 1;
    const fails = rng() < failures;
    const attempt: Attempt = {
      ...{ job, training, pace, time: this.#clock, startedAt: this.#clock },
      step: checkpoints ? reached : 0,
      stops: this.#stopsOf(job, checkpoints ? reached : 0),
      lostAt: Number.POSITIVE_INFINITY,
    };
    if (fails) attempt.lostAt = this.#clock + rng() * this.#secondsOf(attempt);
    if (!checkpoints && reached > 0) this.#wasted += training.secondsAt(reached) * pace;
    this.#jobs++;
    this.#running.add(attempt);
    this.#schedule(attempt);
  }

  #schedule(attempt: Attempt): void {
    this.#events.add(Math.min(attempt.lostAt, this.#timeOf(attempt, attempt.stops[0]!)), attempt);
  }

  async #end(attempt: Attempt, outcome: JobOutcome): Promise<void> {
    const { trial, budget } = attempt.job;
    const seconds = this.#clock - attempt.startedAt;
    this.#running.delete(attempt);
    this.#trained += seconds;
    if (outcome === "lost") {
      this.#observeUntil(attempt, this.#clock);
      this.#wasted += seconds;
      this.#lost++;
    } else {
      this.#reached.set(trial, attempt.step);
    }
    if (outcome === "completed" && budget >= this.#problem.max) this.#completed.add(trial);
    await this.#tuner.end(attempt.job, outcome);
  }

  #stopsOf({ budget }: Job, from: number): number[] {
    const { listens } = this.#tuner;
    if (listens === "budgets") return [budget];
    const steps = listens === "steps" ? this.#problem.steps : listens;
    return [...steps.filter((step) => step > from && step < budget), budget];
  }

  /** Everything that is reported on the way to a step, that one included; the attempt is there afterwards. */
  #observe(attempt: Attempt, until: number): void {
    const { resumable, steps } = this.#problem;
    const between = resumable ? steps.filter((step) => step > attempt.step && step < until) : [];
    for (const step of [...between, until]) {
      attempt.time = this.#timeOf(attempt, step);
      attempt.step = step;
      const loss = attempt.training.lossAt(step);
      this.#observations.push({ time: attempt.time, trial: attempt.job.trial, step, loss });
    }
  }

  /** What an attempt that is cut off has reported by then. */
  #observeUntil(attempt: Attempt, time: number): void {
    const { resumable, steps } = this.#problem;
    const ahead = resumable ? steps.filter((step) => step > attempt.step) : attempt.stops.slice();
    for (const step of ahead) {
      if (step > attempt.job.budget || this.#timeOf(attempt, step) > time) return;
      this.#observe(attempt, step);
    }
  }

  #timeOf({ training, pace, step, time }: Attempt, to: number): number {
    return time + pace * secondsBetween(this.#problem, training, step, to);
  }

  #secondsOf(attempt: Attempt): number {
    const { training, pace, step, stops } = attempt;
    let seconds = 0;
    let from = step;
    for (const stop of stops) {
      seconds += pace * secondsBetween(this.#problem, training, from, stop);
      from = stop;
    }
    return seconds;
  }
}
