import { FettleError } from "../../core/errors.ts";
import type { Gpu } from "../../core/placement.ts";
import type { RegisterRequest } from "../../core/protocol.ts";
import type { AgentResource } from "../../core/resources.ts";
import type { Sql, Statement } from "./connect.ts";
import type { StoreContext } from "./context.ts";

/** Silence after which an agent is shown as lost. Display only: what it runs is judged by leases. */
export const SILENT_SECONDS = 60;

export async function registerAgent(
  { sql, randomUuid }: StoreContext,
  request: RegisterRequest,
): Promise<{ agentId: string }> {
  const { name, session, version, pool, labels, gpus, cpus, memoryMb, slots } = request;
  return sql.begin(async (tx) => {
    const [agent] = await tx<{ id: string }[]>`
      insert into agents (id, name, session, version, pool, labels, gpus, cpus, memory_mb, slots)
      values (${randomUuid()}, ${name}, ${session}, ${version}, ${pool}, ${tx.json(labels)}, ${tx.json(gpus)}, ${cpus}, ${memoryMb}, ${slots})
      on conflict (name) do update set session = excluded.session, version = excluded.version, pool = excluded.pool,
        labels = excluded.labels, gpus = excluded.gpus, cpus = excluded.cpus, memory_mb = excluded.memory_mb,
        slots = excluded.slots, draining = false, registered_at = now()
      returning id`;
    const { id } = agent as { id: string };
    await tx`insert into agent_presence (agent_id) values (${id}) on conflict (agent_id) do update set last_seen_at = now()`;
    return { agentId: id };
  });
}

interface AgentRow {
  id: string;
  name: string;
  version: string;
  pool: string;
  labels: Record<string, string>;
  gpus: Gpu[];
  cpus: number;
  memory_mb: number;
  slots: number;
  draining: boolean;
  drain_asked: boolean;
  registered_at: Date;
  last_seen_at: Date;
  silent_seconds: number;
  running: { study: string; trial: number; attempt: number }[] | null;
}

function selectAgents(sql: Sql, where: Statement<readonly object[]>): Statement<AgentRow[]> {
  return sql<AgentRow[]>`
    select a.*, p.last_seen_at, extract(epoch from now() - p.last_seen_at)::float8 as silent_seconds, held.running
    from agents a join agent_presence p on p.agent_id = a.id
    left join lateral (
      select jsonb_agg(jsonb_build_object('study', s.name, 'trial', t.number, 'attempt', x.attempt) order by x.started_at) as running
      from attempts x join trials t on t.id = x.trial_id join studies s on s.id = x.study_id
      where x.agent_id = a.id and x.ended_at is null
    ) held on true
    ${where}`;
}

export async function listAgents(sql: Sql): Promise<AgentResource[]> {
  const rows = await selectAgents(sql, sql`order by a.name`);
  return rows.map(toAgent);
}

export async function getAgent(sql: Sql, idOrName: string): Promise<AgentResource> {
  const [row] = await selectAgents(sql, sql`where a.name = ${idOrName} or a.id::text = ${idOrName} limit 1`);
  if (row === undefined) throw new FettleError("not-found", `There is no agent "${idOrName}".`);
  return toAgent(row);
}

export async function drainAgent(sql: Sql, id: string, drain: boolean): Promise<AgentResource> {
  await sql`update agents set drain_asked = ${drain} where id::text = ${id} or name = ${id}`;
  return getAgent(sql, id);
}

function toAgent(row: AgentRow): AgentResource {
  const { state, reason } = stateOf(row);
  return {
    id: row.id,
    name: row.name,
    state,
    reason,
    version: row.version,
    pool: row.pool,
    labels: row.labels,
    gpus: row.gpus,
    cpus: row.cpus,
    memoryMb: row.memory_mb,
    slots: row.slots,
    running: row.running ?? [],
    registeredAt: row.registered_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
  };
}

function stateOf(row: AgentRow): Pick<AgentResource, "state" | "reason"> {
  if (row.silent_seconds > SILENT_SECONDS) {
    return {
      state: "lost",
      reason: { code: "silent", text: `Silent for ${Math.round(row.silent_seconds)} s.` },
    };
  }
  if (row.drain_asked)
    return {
      state: "draining",
      reason: { code: "drain-asked", text: "An operator asked it to take nothing new." },
    };
  if (row.draining)
    return {
      state: "draining",
      reason: { code: "draining", text: "It finishes what it runs and takes nothing new." },
    };
  return { state: "up", reason: { code: "up", text: "Takes trials." } };
}
