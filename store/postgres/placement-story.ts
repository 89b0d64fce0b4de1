import { type Fragment, isHeard, sourceOf } from "./checkpoint-source.ts";
import type { TransactionSql } from "./connect.ts";

/**
 * What an attempt that was just placed starts from, in words and as data: common table expressions behind `trial` (the
 * claimed row) and `slot` (its study). `story` has no row when there is nothing to say, and none for a worker without an
 * agent: what it keeps is its own business.
 */
export function placementStory(sql: TransactionSql, agentId: string | null, leaseMs: number): Fragment {
  return sql`source as (
      select o.number, c.trial_id = t.id as own, c.step,
             case when c.agent_id = ${agentId} then 'agent' when c.shared then 'shared'
                  when c.archive_bytes is not null then 'server' else 'none' end as place,
             case when h.id is null then 'went with an agent that is gone' else 'is on ' || h.name || ', which is ' ||
               case when not ${isHeard(sql, leaseMs)} then 'away'
                    when h.draining or h.drain_asked then 'draining' else 'busy' end end as whereabouts
      from trial t cross join ${sourceOf(sql)} c join trials o on o.id = c.trial_id
      left join agents h on h.id = c.agent_id left join agent_presence p on p.agent_id = h.id
      where ${agentId !== null}
    ), told as (
      select number, own, step, place, case when own then 'its' else 'trial ' || number || '''s' end || ' checkpoint' as noun, whereabouts as fate
      from source
      union all
      select number, own, step, 'none', case when own then 'it' else 'trial ' || number end, 'has no checkpoint'
      from ${withoutCheckpoint(sql, agentId)} none where step is not null
    ), story as (
      select ', ' || case
               when place <> 'none' then 'goes on from ' || noun || coalesce(' at ' || unit || ' ' || step, '')
               else case when own then 'restarts' else 'starts' end || ' from zero: ' || noun || ' ' || fate ||
                    coalesce('; ' || step || ' ' || unit || case when step = 1 then ' is' else 's are' end || ' trained again', '')
             end as text,
             jsonb_build_object('from', jsonb_build_object('trial', number, 'step', step, 'place', place),
                                'lostSteps', case when place = 'none' then step else 0 end) as inputs
      from told, (select coalesce(spec #>> '{fidelity,unit}', 'step') as unit from slot) u
    )`;
}

/**
 * A trial that was trained in part, or that should start from another one, with no checkpoint left: what that costs. An
 * attempt that was lost told of none, and may go on all the same from what is on its agent's disk: nothing is said then.
 */
function withoutCheckpoint(sql: TransactionSql, agentId: string | null): Fragment {
  return sql`(
    select o.number, o.id = t.id as own, ${reachedStep(sql, sql`o.id`, sql`slot.spec -> 'objectives'`)} as step
    from slot, trial t join trials o on o.study_id = t.study_id and o.number = case when t.attempt > 1 then t.number else t.parent end
    where ${agentId !== null} and slot.spec ? 'fidelity' and not exists (select 1 from source)
      and not exists (select 1 from attempts a where a.trial_id = t.id and a.attempt = t.attempt - 1 and a.outcome = 'lost')
  )`;
}

/** The largest step at which a trial reported one of the `objectives` (jsonb, as in a spec); null: never. */
export function reachedStep(
  sql: TransactionSql,
  trialId: Fragment,
  objectives: Fragment,
  attempt?: number,
): Fragment {
  return sql`(
    select max(m.last_step) from metric_series m join metric_names n on n.id = m.name_id
    where m.trial_id = ${trialId} ${attempt === undefined ? sql`` : sql`and m.attempt = ${attempt}`}
      and n.name in (select goal ->> 'metric' from jsonb_array_elements(${objectives}) goal))`;
}
