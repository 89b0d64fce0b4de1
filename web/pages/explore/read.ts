import type { Surface, TrialSample } from "../../../core/charts.ts";
import type { ImportanceResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";

/** What the page reads. Each answer is of a bounded size; while trials end it is read again every few seconds. */

const TRIALS = 2000;
/** The best, sure to be among them. */
const BEST = 500;
const SAMPLE_REFRESH_MS = 3000;
const MODEL_REFRESH_MS = 10_000;

const ended = (study: string) => (event: { study: string; type: string }) =>
  event.study === study && (event.type === "trial.finished" || event.type === "trial.paused");

export function useSample(study: string, completedOnly: boolean): Resource<TrialSample> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/sample", {
        params: {
          path: { project: project.value, study },
          query: { limit: TRIALS, top: BEST, ...(completedOnly ? { state: "completed,failed" } : {}) },
        },
      }),
    );
  return useResource(
    `${project.value}/${study}/${completedOnly}`,
    read as () => Promise<TrialSample>,
    ended(study),
    SAMPLE_REFRESH_MS,
  );
}

export function useImportance(
  study: string,
  evaluator: "ped-anova" | "fanova",
  objective: string,
): Resource<ImportanceResource> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/importance", {
        params: { path: { project: project.value, study }, query: { evaluator, objective } },
      }),
    );
  return useResource(
    `${project.value}/${study}/${evaluator}/${objective}`,
    read as () => Promise<ImportanceResource>,
    ended(study),
    MODEL_REFRESH_MS,
  );
}

export function useSurface(study: string, x: string, y: string): Resource<Surface> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/surface", {
        params: { path: { project: project.value, study }, query: { x, y } },
      }),
    );
  return useResource(
    `${project.value}/${study}/${x}/${y}`,
    read as () => Promise<Surface>,
    ended(study),
    MODEL_REFRESH_MS,
  );
}
