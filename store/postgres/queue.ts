import type { Resources } from "../../core/placement.ts";
import { type Capacity, take } from "../../core/placement.ts";
import type { AgentResource, QueueItem } from "../../core/resources.ts";
import type { StudySpec } from "../../core/study.ts";
import type { StudyState } from "../../core/trial.ts";
import { type WaitingHost, whyWaiting } from "../../core/waiting.ts";
import { listAgents, SILENT_SECONDS } from "./agents.ts";
import { affinityOf, holderOf } from "./checkpoint-source.ts";
import type { Sql } from "./connect.ts";

interface QueueRow {
  study: string;
  project: string;
  number: number;
  pool: string;
  priority: number;
  queued_at: Date;
  waiting_seconds: number;
  state: StudyState;
  running: number;
  parallelism: number;
  runs_command: boolean;
  spec: StudySpec;
  holder: { name: string; seconds: number } | null;
}

/** Queued trials in the order in which they would be placed, each with the reason why it is not. */
export async function queue(sql: Sql, project: string | null, limit: number): Promise<QueueItem[]> {
  const affinity = affinityOf(sql, sql`s.spec`);
  const rows = await sql<QueueRow[]>`
    select s.name as study, s.project, t.number, s.pool, s.priority, t.queued_at, s.state, s.running, s.parallelism, s.runs_command, s.spec,
           extract(epoch from now() - t.queued_at)::float8 as waiting_seconds,
           case when t.attempt > 0 or t.parent is not null then (
             select jsonb_build_object('name', holder.name, 'seconds', ${affinity} - extract(epoch from now() - t.queued_at))
             from ${holderOf(sql, null, SILENT_SECONDS * 1000, affinity)} holder
           ) end as holder
    from trials t join studies s on s.id = t.study_id
    where t.state = 'queued' and s.deleted_at is null ${project === null ? sql`` : sql`and s.project = ${project}`}
    order by s.priority desc, t.queued_at, t.number limit ${limit}`;
  const hosts = rows.length === 0 ? [] : await waitingHosts(sql);
  return rows.map((row) => ({
    study: row.study,
    project: row.project,
    trial: row.number,
    pool: row.pool,
    priority: row.priority,
    queuedAt: row.queued_at.toISOString(),
    waitingSeconds: row.waiting_seconds,
    why: whyWaiting({ ...row, runsCommand: row.runs_command, resources: row.spec.resources }, hosts),
  }));
}

async function waitingHosts(sql: Sql): Promise<WaitingHost[]> {
  const agents = await listAgents(sql);
  const held = await sql<{ agent_id: string; resources: Resources }[]>`
    select a.agent_id, s.spec -> 'resources' as resources
    from attempts a join studies s on s.id = a.study_id where a.ended_at is null and a.agent_id is not null`;
  return agents.map((agent) => {
    const total = capacityOf(agent);
    const needs = held.filter((row) => row.agent_id === agent.id).map((row) => row.resources);
    return {
      name: agent.name,
      state: agent.state,
      total,
      free: needs.reduce((free, need) => take(need, free), total),
    };
  });
}

/** All that the agent has, as if it ran nothing. */
function capacityOf(agent: AgentResource): Capacity {
  const gpus = agent.gpus.map((gpu) => ({ ...gpu, free: 1, freeMemoryMb: gpu.memoryMb }));
  return {
    pool: agent.pool,
    labels: agent.labels,
    gpus,
    cpus: agent.cpus,
    memoryMb: agent.memoryMb,
    slots: agent.slots,
  };
}
