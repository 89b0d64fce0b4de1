import { findSchedule } from "../../algorithms/fidelity/index.ts";
import type { StudyEvent, StudyEventBody } from "../../core/event.ts";
import type { ScheduleEvent } from "../../core/fidelity.ts";
import { createProblem } from "../../core/problem.ts";
import { studyRng } from "../../core/rng.ts";
import { float } from "../problems/parameters.ts";
import { quantile } from "../report.ts";
import { type CurveProblem, wholeSteps } from "./problems/problem.ts";
import { simulate } from "./simulate.ts";
import { createStudyTuner, ETA, specOf } from "./study-tuner.ts";

/** How long `asha` takes for a decision when the study is large. */
export interface DecisionTime {
  /** Of the schedule's code. */
  version: string;
  trials: number;
  rungs: number;
  /** Milliseconds of one `next` of the schedule alone. */
  next: { p50: number; p95: number };
  /** Milliseconds of one whole turn of the deployed scheduler: what arrived is folded, decided upon and written. */
  turn: { p50: number; p95: number };
}

/** 1, 3, 9, 27, 81: five rungs. */
const MAX = 81;
const WORKERS = 64;
/** The last decisions of the study are measured. */
const MEASURED = 1000;

const space = { parameters: [float("x", 0, 1), float("y", 0, 1)], constraints: [] };

/** Trainings whose end is seen in every step, apart from noise. */
const problem: CurveProblem = {
  ...{ name: "decision-time", suite: "synthetic", space, unit: "epoch", min: 1, max: MAX },
  ...{ steps: wholeSteps(MAX), resumable: true, meanSeconds: MAX },
  scales: { seen: { best: 0, reference: 1, median: 2 }, final: { best: 0, reference: 1, median: 2 } },
  open: () => (params) => {
    const quality = Number(params.x);
    return {
      lossAt: (step) => quality + 1 / step + 0.1 * Math.abs(Math.sin(1000 * Number(params.y) * step)),
      secondsAt: (step) => step * (0.5 + Number(params.y)),
    };
  },
};

export async function measureDecisionTime(version: string, trials: number): Promise<DecisionTime> {
  const choice = { algorithm: "random", schedule: { name: "asha" } };
  const spec = specOf(problem, choice, { workers: WORKERS, seed: 0, trials });
  const tuner = createStudyTuner(problem, spec, "budgets");
  await simulate(problem, tuner, { workers: WORKERS, seed: 0, horizon: trials * MAX });
  const whileFull = tuner.decisionSeconds.slice(-MEASURED - WORKERS, -WORKERS);
  return {
    version,
    trials: tuner.study.log.filter(({ body }) => body.type === "trial.scheduled").length,
    rungs: 5,
    next: percentiles(scheduleSeconds(tuner.study.log)),
    turn: percentiles(whileFull),
  };
}

/** Seconds of single calls of `next`, at the moments of the study's last decisions. */
function scheduleSeconds(log: readonly StudyEvent[]): number[] {
  const fidelity = { min: 1, max: MAX, eta: ETA };
  const { config, create } = findSchedule("asha");
  const options = { objectives: 1, constraints: 0, maxTrials: null, parallelism: WORKERS, seed: 0 };
  const schedule = create({ ...createProblem(space, { ...options, fidelity }), fidelity }, config.parse({}));
  const rng = studyRng(0, "decision-time");
  const events = log.map(({ body }) => scheduleEvent(body)).filter((event) => event !== null);
  const decisions = events.filter(isDecision);
  const first = decisions.at(-MEASURED - WORKERS);
  const last = decisions.at(-WORKERS);
  const seconds: number[] = [];
  let measuring = false;
  for (const event of events) {
    if (event === last) break;
    measuring ||= event === first;
    if (measuring && isDecision(event)) {
      const before = performance.now();
      schedule.next(rng, true);
      seconds.push((performance.now() - before) / 1000);
    }
    schedule.observe(event);
  }
  return seconds;
}

function isDecision({ type }: ScheduleEvent): boolean {
  return type === "scheduled" || type === "resumed";
}

/** What the schedule learns of an entry of the log; null: nothing. */
function scheduleEvent(body: StudyEventBody): ScheduleEvent | null {
  const none: readonly number[] = [];
  switch (body.type) {
    case "trial.scheduled":
      return { type: "scheduled", trial: body.trial, point: body.point, budget: body.budget };
    case "trial.paused":
      return {
        type: "paused",
        trial: body.trial,
        budget: body.budget,
        losses: body.losses,
        violations: none,
      };
    case "trial.promoted":
      return { type: "resumed", trial: body.trial, budget: body.budget };
    case "trial.finished":
      return {
        type: "finished",
        trial: body.trial,
        losses: body.losses,
        violations: none,
        cause: "completed",
      };
    default:
      return null;
  }
}

function percentiles(seconds: readonly number[]): { p50: number; p95: number } {
  const at = (p: number) => Number((1000 * quantile(seconds, p)).toPrecision(3));
  return { p50: at(0.5), p95: at(0.95) };
}
