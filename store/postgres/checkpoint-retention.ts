import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";

/** A discarded checkpoint whose agent is silent for so long is forgotten: the agent removes it by age, should it come back. */
const FORGET_DAYS = 30;

/**
 * Marks the checkpoints that nobody needs any more: those of trials that ended and are not among the study's best, and
 * those of deleted studies. Never one that a trial can still go on from. Studies without fidelity are left alone: their
 * agents remove directories by age. Returns how many were marked.
 */
export async function markDiscards({ sql }: StoreContext): Promise<number> {
  let marked = await markOfDeletedStudies(sql);
  for (const id of await studiesBeyondKeep(sql)) marked += await markOfStudy(sql, id);
  await forgetDiscarded(sql);
  return marked;
}

async function markOfDeletedStudies(sql: Sql): Promise<number> {
  const marked = await sql`
    update checkpoints c set discard = true
    where not discard and not exists (select 1 from studies s where s.id = c.study_id and s.deleted_at is null)`;
  return marked.count;
}

/** In a study that is done no trial goes on, paused ones neither. */
function isOver(sql: TransactionSql) {
  return sql`(s.state = 'done' or t.state not in ('queued', 'running', 'paused'))`;
}

function keepBest(sql: TransactionSql) {
  return sql`(s.spec #>> '{fidelity,checkpoint,keepBest}')::int`;
}

/** Studies with more checkpoints of ended trials than they keep. */
async function studiesBeyondKeep(sql: Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select s.id from checkpoints c join trials t on t.id = c.trial_id join studies s on s.id = t.study_id
    where not c.discard and s.spec ? 'fidelity' and s.deleted_at is null and ${isOver(sql)}
    group by s.id having count(*) > ${keepBest(sql)}`;
  return rows.map(({ id }) => id);
}

/** Under the study's lock, so that no trial starts from a checkpoint, or is queued again, while it is judged. */
async function markOfStudy(sql: Sql, studyId: string): Promise<number> {
  return sql.begin(async (tx) => {
    await tx`select 1 from studies where id = ${studyId} for no key update`;
    const marked = await tx`
      update checkpoints set discard = true
      where trial_id in (
        select id from (
          select t.id, t.number, rank() over (order by t.feasible desc, t.losses[1] nulls last, t.number) as place, ${keepBest(tx)} as keep
          from checkpoints c join trials t on t.id = c.trial_id join studies s on s.id = t.study_id
          where c.study_id = ${studyId} and not c.discard and ${isOver(tx)}
        ) ended
        where place > keep and not exists (
          select 1 from trials child
          where child.study_id = ${studyId} and child.parent = ended.number and child.state in ('queued', 'running'))
      )`;
    return marked.count;
  });
}

/** What lies here of discarded checkpoints goes at once; their rows wait for the agent's word, if there is one to wait for. */
async function forgetDiscarded(sql: Sql): Promise<void> {
  await sql`
    with emptied as (
      update checkpoints set sent_bytes = 0, archive_bytes = null where discard and sent_bytes > 0 returning trial_id
    )
    delete from checkpoint_parts where trial_id in (select trial_id from emptied)`;
  await sql`
    delete from checkpoints c
    where discard and not exists (
      select 1 from agent_presence p
      where p.agent_id = c.agent_id and p.last_seen_at > now() - ${FORGET_DAYS} * interval '1 day')`;
}
