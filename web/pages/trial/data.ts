import type { MetricSeries, TrialDetail } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";

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
export function useSeries(
  study: string,
  trial: TrialDetail,
  maxPoints: number,
  names?: readonly string[],
): Resource<MetricSeries[]> {
  const attempts = trial.attempts.map(({ attempt }) => attempt).slice(-ATTEMPTS);
  const read = async () => {
    const answers = await Promise.all(
      attempts.map((attempt) =>
        call(() =>
          api.GET("/v1/projects/{project}/studies/{study}/trials/{number}/metrics", {
            params: {
              path: { project: project.value, study, number: trial.number },
              query: { attempt, maxPoints, ...(names === undefined ? {} : { names: names.join(",") }) },
            },
          }),
        ),
      ),
    );
    return answers.flatMap(({ series }) => series as MetricSeries[]);
  };
  return useResource(
    `${project.value}/${study}/${trial.number}/${attempts.at(-1)}/${maxPoints}/${names?.join(",")}`,
    read,
    (event) => event.study === study && event.trial === trial.number,
  );
}
