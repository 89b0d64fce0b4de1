import type { StudyEvent, StudyEventBody } from "../../core/event.ts";
import { type SearchDefinition, searchDefinition } from "../../scheduler/study-problem.ts";
import { specOfProblem } from "../simulation/study-tuner.ts";
import { bowlOf, historyOf, paramsOf } from "./history.ts";

/** The log that the service would hold of a study with so many finished trials. */

export interface StudyLog {
  definition: SearchDefinition;
  events: StudyEvent[];
}

/** Each trial was proposed, started, reported its loss, and ended: five events a trial. */
export function studyLog(options: {
  algorithm: string;
  dimensions: number;
  trials: number;
  seed: number;
}): StudyLog {
  const { algorithm, dimensions, trials, seed } = options;
  const study = { algorithm: { name: algorithm, config: {} }, trials: 2 * trials, workers: 8, seed };
  const definition = searchDefinition(specOfProblem(bowlOf(dimensions), study));
  const bodies: StudyEventBody[] = [
    { type: "study.created", maxTrials: study.trials, parallelism: study.workers },
    ...historyOf(dimensions, trials, seed).flatMap(({ point, loss }, trial) =>
      lifeOf(trial, paramsOf(point), point, loss, algorithm),
    ),
  ];
  const events = bodies.map((body, index) => ({
    seq: index + 1,
    time: "2026-01-01T00:00:00.000Z",
    actor: "benchmark",
    body,
    why: { rule: body.type, inputs: {}, text: `The benchmark says so (${body.type}).` },
  }));
  return { definition, events };
}

function lifeOf(
  trial: number,
  params: ReturnType<typeof paramsOf>,
  point: readonly (number | null)[],
  loss: number,
  algorithm: string,
): StudyEventBody[] {
  const end = { outcome: "completed", failureClass: null, exitCode: 0, signal: null, message: null } as const;
  const finished = { state: "completed", values: [loss], losses: [loss], violations: [] } as const;
  return [
    {
      type: "trial.scheduled",
      ...{ trial, params, point, budget: null },
      algorithm: { name: algorithm, version: 1 },
    },
    { type: "trial.started", trial, attempt: 1, worker: "w", gpus: [] },
    { type: "trial.observed", trial, attempt: 1, points: [{ name: "loss", step: 1, value: loss }] },
    { type: "attempt.ended", trial, attempt: 1, end: { ...end, seconds: 1, gpuSeconds: 0 } },
    { type: "trial.finished", trial, ...finished, failureClass: null },
  ];
}
