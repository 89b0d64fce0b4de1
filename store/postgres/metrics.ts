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
    select s.trial_id, n.name, s.last, s.low as min, s.high as max, s.last_step, s.points
    from trials t join metric_series s on s.trial_id = t.id and s.attempt = t.attempt join metric_names n on n.id = s.name_id
    where t.id = any(${trialIds as string[]}::uuid[]) order by n.name`;
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
