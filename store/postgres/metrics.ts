import { toWire } from "../../core/number.ts";
import type { TrialDetail } from "../../core/resources.ts";
import type { Sql } from "./connect.ts";

interface SummaryRow {
  trial_id: string;
  name: string;
  last: number;
  min: number;
  max: number;
  last_step: number;
  points: number;
}

/** Last, smallest and largest value of each metric of each trial's latest attempt. NaN counts as the largest. */
export async function metricSummaries(
  sql: Sql,
  trialIds: readonly string[],
): Promise<Map<string, TrialDetail["metrics"]>> {
  const rows = await sql<SummaryRow[]>`
    with summary as (
      select m.trial_id, m.attempt, m.name_id, min(m.value) as min, max(m.value) as max, max(m.step) as last_step, count(*)::int as points
      from trials t join metric_points m on m.trial_id = t.id and m.attempt = t.attempt
      where t.id = any(${trialIds as string[]}::uuid[]) group by m.trial_id, m.attempt, m.name_id
    )
    select s.trial_id, n.name, p.value as last, s.min, s.max, s.last_step, s.points
    from summary s join metric_names n on n.id = s.name_id
    join metric_points p on p.trial_id = s.trial_id and p.attempt = s.attempt and p.name_id = s.name_id and p.step = s.last_step
    order by n.name`;
  const byTrial = new Map<string, TrialDetail["metrics"]>();
  for (const row of rows) {
    const metrics = byTrial.get(row.trial_id) ?? {};
    metrics[row.name] = {
      last: toWire(row.last),
      min: toWire(row.min),
      max: toWire(row.max),
      lastStep: row.last_step,
      points: row.points,
    };
    byTrial.set(row.trial_id, metrics);
  }
  return byTrial;
}
