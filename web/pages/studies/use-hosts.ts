import type { AgentResource, QueueItem } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { useSlowRefresh } from "../../app/slow-refresh.ts";

export interface Hosts {
  agents: AgentResource[];
  queue: QueueItem[];
}

const QUEUE_LIMIT = 100;
/** No event tells of an agent that falls silent while it runs nothing. */
const REFRESH_MS = 15_000;

/** Who runs trials, and which trials of the project wait. */
export function useHosts(everyMs = REFRESH_MS, everyProject = false): Resource<Hosts> {
  const wanted = everyProject ? {} : { project: project.value };
  const read = async (): Promise<Hosts> => {
    const [agents, queue] = await Promise.all([
      call(() => api.GET("/v1/agents")),
      call(() => api.GET("/v1/queue", { params: { query: { ...wanted, limit: QUEUE_LIMIT } } })),
    ]);
    return { agents: agents.items as AgentResource[], queue: queue.items };
  };
  const hosts = useResource(everyProject ? "" : project.value, read, ({ type }) => CONCERNS.has(type));
  useSlowRefresh(hosts.reload, everyMs);
  return hosts;
}

/** What may empty the queue, fill it, or lose an agent. Not each trial's start and end: those come by the hundred. */
const CONCERNS = new Set([
  "study.created",
  "study.changed",
  "study.paused",
  "study.resumed",
  "study.done",
  "trial.requeued",
]);
