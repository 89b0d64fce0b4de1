import type { MetricSeries, TrialDetail } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import type { ProblemError } from "../../api/problem.ts";
import { project } from "../../app/router.ts";
import type { Points } from "../../charts/align.ts";

/** A trial with all that it reported: points by metric, ascending by step, of all attempts together. */
export interface ComparedTrial {
  trial: TrialDetail;
  metrics: ReadonlyMap<string, Points>;
}

export interface Comparison {
  trials: readonly ComparedTrial[];
  /** Numbers that the study does not have. */
  missing: readonly number[];
}

/** Points of a series, attempts of a trial: more than a chart shows. */
const MOST_POINTS = 300;
const MOST_ATTEMPTS = 8;

/** In the order asked for. @throws ProblemError */
export async function readComparison(study: string, numbers: readonly number[]): Promise<Comparison> {
  const read = await Promise.all(numbers.map((number) => readOne(study, number)));
  return {
    trials: read.filter((one) => one !== null),
    missing: numbers.filter((_number, index) => read[index] === null),
  };
}

async function readOne(study: string, number: number): Promise<ComparedTrial | null> {
  const path = { project: project.value, study, number };
  try {
    const url = "/v1/projects/{project}/studies/{study}/trials/{number}";
    const trial = (await call(() => api.GET(url, { params: { path } }))) as TrialDetail;
    const attempts = trial.attempts.map(({ attempt }) => attempt).slice(-MOST_ATTEMPTS);
    const series = await Promise.all(attempts.map((attempt) => readSeries(path, attempt)));
    return { trial, metrics: mergeAttempts(series.flat()) };
  } catch (error) {
    if ((error as ProblemError).status === 404) return null;
    throw error;
  }
}

async function readSeries(
  path: { project: string; study: string; number: number },
  attempt: number,
): Promise<MetricSeries[]> {
  const params = { path, query: { attempt, maxPoints: MOST_POINTS } };
  const url = "/v1/projects/{project}/studies/{study}/trials/{number}/metrics";
  const { series } = await call(() => api.GET(url, { params }));
  return series as MetricSeries[];
}

/** Of a step that two attempts reported the later one counts. `series`: by attempt, oldest first. */
function mergeAttempts(series: readonly MetricSeries[]): ReadonlyMap<string, Points> {
  const metrics = new Map<string, Map<number, number | null>>();
  for (const { name, points } of series) {
    const bySteps = metrics.get(name) ?? new Map<number, number | null>();
    for (const { step, value } of points) bySteps.set(step, typeof value === "number" ? value : null);
    metrics.set(name, bySteps);
  }
  const sorted = (bySteps: ReadonlyMap<number, number | null>) => [...bySteps].sort(([a], [b]) => a - b);
  return new Map([...metrics].map(([name, bySteps]) => [name, sorted(bySteps)]));
}
