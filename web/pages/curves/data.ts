import type { Curves } from "../../../core/charts.ts";
import type { EventResource, Leaderboard } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";

export type CurvesData = Curves;

/** Trials drawn bold. */
const LEADERS = 8;

const CHANGES_CURVES = new Set(["trial.observed", "trial.held-out", "trial.paused", "trial.finished"]);

/** What changes the curves of a study. */
export function changesCurves(study: string): (event: EventResource) => boolean {
  return (event) => event.study === study && CHANGES_CURVES.has(event.type);
}

export function useCurves(study: string, metric: string | null): Resource<Curves> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/curves", {
        params: { path: { project: project.value, study }, query: metric === null ? {} : { metric } },
      }),
    );
  return useResource(
    `${project.value}/${study}/${metric}`,
    read as () => Promise<Curves>,
    changesCurves(study),
  );
}

/** The best trials by the objective, whichever metric is looked at. */
export function useLeaders(study: string): Resource<Leaderboard> {
  const read = () =>
    call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/leaderboard", {
        params: { path: { project: project.value, study }, query: { limit: LEADERS } },
      }),
    );
  return useResource(
    `${project.value}/${study}`,
    read as () => Promise<Leaderboard>,
    (event) => event.study === study && (event.type === "trial.finished" || event.type === "trial.paused"),
  );
}

/** The trials compared at one step; none while no step is chosen. */
export function useAtStep(
  study: string,
  metric: string,
  at: number | null,
): Resource<NonNullable<Curves["table"]>> {
  const read = async () => {
    if (at === null) return [];
    const curves = await call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/curves", {
        params: {
          path: { project: project.value, study },
          query: { metric, at, limit: 1, points: 4 },
        },
      }),
    );
    return curves.table ?? [];
  };
  return useResource(
    `${project.value}/${study}/${metric}/${at}`,
    read,
    (event) => at !== null && changesCurves(study)(event),
  );
}
