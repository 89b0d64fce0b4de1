import type { Statement, TransactionSql } from "./connect.ts";

/** Fragments about the checkpoint that a trial goes on from. Each speaks of a row of `trials` named `t`. */
export type Fragment = Statement<readonly object[]>;

/** The checkpoint itself, at most one row: the trial's own, else that of the trial it was started from. */
export function sourceOf(sql: TransactionSql): Fragment {
  return sql`lateral (
    select k.* from checkpoints k
    where k.trial_id in (t.id, (select p.id from trials p where p.study_id = t.study_id and p.number = t.parent)) and not k.discard
    order by k.trial_id <> t.id limit 1)`;
}

/** Whether an agent with this presence (`p`) has been heard of lately. */
export function isHeard(sql: TransactionSql, leaseMs: number): Fragment {
  return sql`(p.last_seen_at > now() - ${leaseMs} * interval '1 millisecond')`;
}

/** Seconds for which trials of the study with this `spec` wait for the agent that holds their checkpoint. */
export function affinityOf(sql: TransactionSql, spec: Fragment): Fragment {
  return sql`coalesce((${spec} #>> '{fidelity,checkpoint,affinitySeconds}')::float8, ${DEFAULT_AFFINITY_SECONDS})`;
}

/** Of a study without fidelity: a retry, too, is better off where its checkpoint is. */
const DEFAULT_AFFINITY_SECONDS = 30;

/** The agent for which trial `t` is kept (`name`), if it is not `agentId`'s: it alone has the checkpoint, and it is there. */
export function holderOf(
  sql: TransactionSql,
  agentId: string | null,
  leaseMs: number,
  affinity: Fragment,
): Fragment {
  return sql`lateral (
    select h.name from ${sourceOf(sql)} c join agents h on h.id = c.agent_id join agent_presence p on p.agent_id = h.id
    where h.id is distinct from ${agentId}::uuid and not c.shared and c.archive_bytes is null and not h.draining and not h.drain_asked
      and ${isHeard(sql, leaseMs)}
      and t.queued_at > now() - ${affinity} * interval '1 second')`;
}

/** Whether whoever claims may take trial `t`. Trials that never ran and have no parent need no look. */
export function isForClaimer(
  sql: TransactionSql,
  agentId: string | null,
  leaseMs: number,
  affinity: Fragment,
): Fragment {
  return sql`((t.attempt = 0 and t.parent is null) or not exists (select 1 from ${holderOf(sql, agentId, leaseMs, affinity)} holder))`;
}

/** The source of trial `t` as core/protocol.ts's CheckpointSource; null: none. */
export function sourceJson(sql: TransactionSql): Fragment {
  return sql`(
    select jsonb_build_object('trialId', c.trial_id, 'trial', o.number, 'attempt', c.attempt, 'step', c.step, 'bytes', c.bytes,
                              'agent', h.name, 'shared', c.shared, 'archiveBytes', c.archive_bytes)
    from ${sourceOf(sql)} c join trials o on o.id = c.trial_id left join agents h on h.id = c.agent_id)`;
}
