import type { Progress } from "../../../core/charts.ts";
import type { StudyResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";

/** A study and how its best value came about. */
export interface Run {
  study: StudyResource;
  progress: Progress;
}

const REFRESH_MS = 3000;

export function useRuns(names: readonly string[]): Resource<Run[]> {
  const chosen = new Set(names);
  return useResource(
    `${project.value}/${names.join(",")}`,
    () => Promise.all(names.map(readRun)),
    (event) => chosen.has(event.study) && event.type === "trial.finished",
    REFRESH_MS,
  );
}

async function readRun(study: string): Promise<Run> {
  const path = { project: project.value, study };
  const [resource, progress] = await Promise.all([
    call(() => api.GET("/v1/projects/{project}/studies/{study}", { params: { path } })),
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/progress", { params: { path, query: { points: 0 } } }),
    ),
  ]);
  return { study: resource as StudyResource, progress: progress as Progress };
}

const PAGE = 200;

/** The newest studies; older ones are found by their name. */
export function useStudies(): Resource<StudyResource[]> {
  const read = async () => {
    const page = await call(() =>
      api.GET("/v1/projects/{project}/studies", {
        params: { path: { project: project.value }, query: { limit: PAGE } },
      }),
    );
    return page.items as StudyResource[];
  };
  return useResource(
    project.value,
    read,
    ({ type }) => type === "study.created" || type === "study.done",
    REFRESH_MS,
  );
}
