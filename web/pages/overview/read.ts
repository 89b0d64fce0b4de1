import type { Curves, Progress } from "../../../core/charts.ts";
import type {
  AgentResource,
  EventResource,
  Explanation,
  Leaderboard,
  Page,
  TrialDetail,
  TrialResource,
} from "../../../core/resources.ts";
import type { Savings } from "../../../core/savings.ts";
import { api, call } from "../../api/client.ts";
import { project } from "../../app/router.ts";
import type { TrialOrder } from "./board-order.ts";

/** What the overview reads, each bounded whatever the size of the study. All throw ProblemError. */

const STUDY = "/v1/projects/{project}/studies/{study}";
const pathOf = (study: string) => ({ project: project.value, study });

export const PAGE_SIZE = 100;

export interface TrialsQuery {
  filter: string;
  order: TrialOrder;
}

export function readTrials(
  study: string,
  { filter, order }: TrialsQuery,
  cursor: string | null,
): Promise<Page<TrialResource>> {
  const query = {
    order,
    limit: PAGE_SIZE,
    ...(filter === "" ? {} : { filter }),
    ...(cursor === null ? {} : { cursor }),
  };
  return call(() => api.GET(`${STUDY}/trials`, { params: { path: pathOf(study), query } })) as Promise<
    Page<TrialResource>
  >;
}

export function readTrial(study: string, number: number): Promise<TrialDetail> {
  const path = { ...pathOf(study), number };
  return call(() => api.GET(`${STUDY}/trials/{number}`, { params: { path } })) as Promise<TrialDetail>;
}

export function readProgress(study: string): Promise<Progress> {
  return call(() =>
    api.GET(`${STUDY}/progress`, { params: { path: pathOf(study), query: { points: 300 } } }),
  );
}

export function readLeaderboard(study: string, limit: number): Promise<Leaderboard> {
  const params = { path: pathOf(study), query: { limit } };
  return call(() => api.GET(`${STUDY}/leaderboard`, { params })) as Promise<Leaderboard>;
}

/** Thin curves: a few points a trial. */
export function readSparks(study: string): Promise<Curves> {
  const params = { path: pathOf(study), query: { limit: 200, points: 16 } };
  return call(() => api.GET(`${STUDY}/curves`, { params })) as Promise<Curves>;
}

export function readSavings(study: string): Promise<Savings> {
  return call(() => api.GET(`${STUDY}/savings`, { params: { path: pathOf(study) } }));
}

export function readExplanation(study: string): Promise<Explanation> {
  return call(() => api.GET(`${STUDY}/explanation`, { params: { path: pathOf(study) } }));
}

export async function readAgents(): Promise<readonly AgentResource[]> {
  const { items } = await call(() => api.GET("/v1/agents"));
  return items as AgentResource[];
}

/** The last events of these types, oldest first. */
export async function readLatestEvents(
  study: string,
  types: readonly string[],
  limit: number,
): Promise<EventResource[]> {
  const query = { type: types.join(","), latest: true, limit };
  const { items } = await call(() => api.GET(`${STUDY}/events`, { params: { path: pathOf(study), query } }));
  return items as EventResource[];
}
