import type { MetricSeries, TrialDetail } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { type Steps, stepsText, widened } from "../../charts/steps.ts";
import type { Finer } from "./finer.ts";

export function trialPage(study: string, number: number): string {
  return `/studies/${encodeURIComponent(study)}/trials/${number}`;
}

export function readTrial(study: string, number: number): Promise<TrialDetail> {
  return call(() =>
    api.GET("/v1/projects/{project}/studies/{study}/trials/{number}", {
      params: { path: { project: project.value, study, number } },
    }),
  ) as Promise<TrialDetail>;
}

export function useTrial(study: string, number: number): Resource<TrialDetail> {
  return useResource(
    `${project.value}/${study}/${number}`,
    () => readTrial(study, number),
    (event) => event.study === study && event.trial === number,
  );
}

/** Attempts of which the points are shown: the latest so many. */
const ATTEMPTS = 8;
/** Every metric's points, attempt by attempt, oldest attempt first. `maxPoints`: of a series. */
export function useSeries(study: string, trial: TrialDetail, maxPoints: number): Resource<MetricSeries[]> {
  return useResource(
    seriesKey(study, trial, maxPoints),
    () => readSeries(study, trial, { maxPoints }),
    (event) => event.study === study && event.trial === trial.number,
  );
}

/** What the axis shows beyond the stretch at either end, and a little more. */
const MARGIN = 0.03;

/** The same of a stretch of steps, as finely. Of `steps` null there is nothing to read. */
export function useFiner(
  study: string,
  trial: TrialDetail,
  maxPoints: number,
  steps: Steps | null,
): Resource<Finer | null> {
  const read = async () => {
    if (steps === null) return null;
    const wider = widened(steps, MARGIN);
    const query = { maxPoints, from: wider.low, to: wider.high };
    return { steps: wider, series: await readSeries(study, trial, query) };
  };
  return useResource<Finer | null>(
    `${seriesKey(study, trial, maxPoints)}/${stepsText(steps)}`,
    read,
    (event) => steps !== null && event.study === study && event.trial === trial.number,
  );
}

function seriesKey(study: string, trial: TrialDetail, maxPoints: number): string {
  return `${project.value}/${study}/${trial.number}/${trial.attempts.at(-1)?.attempt}/${maxPoints}`;
}

interface SeriesQuery {
  maxPoints: number;
  from?: number;
  to?: number;
}

/** The latest attempt is asked for without its number: that request does not wait for the trial (first-reads.ts). */
async function readSeries(study: string, trial: TrialDetail, query: SeriesQuery): Promise<MetricSeries[]> {
  const attempts = trial.attempts.map(({ attempt }) => attempt).slice(-ATTEMPTS);
  const earlier = attempts.slice(0, -1).map((attempt) => ({ ...query, attempt }));
  const answers = await Promise.all(
    [...earlier, ...(attempts.length === 0 ? [] : [query])].map((wanted) =>
      call(() =>
        api.GET("/v1/projects/{project}/studies/{study}/trials/{number}/metrics", {
          params: { path: { project: project.value, study, number: trial.number }, query: wanted },
        }),
      ),
    ),
  );
  return answers.flatMap(({ series }) => series as MetricSeries[]);
}
