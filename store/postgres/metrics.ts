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
    select m.trial_id, n.name, (array_agg(m.value order by m.step desc))[1] as last, min(m.value) as min, max(m.value) as max,
           max(m.step) as last_step, count(*)::int as points
    from metric_points m join metric_names n on n.id = m.name_id join trials t on t.id = m.trial_id and t.attempt = m.attempt
    where m.trial_id = any(${trialIds as string[]}::uuid[]) group by m.trial_id, n.name order by n.name`;
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
