import type { CompletedTrial } from "../../core/chart-store.ts";
import type { Sql } from "./connect.ts";

/**
 * Points and values of at most `limit` completed trials, by number: all, or those first in the order of their numbers' hashes,
 * a uniform sample that stays the same while trials are added, but for those that these push out.
 */
export function sampleCompleted(sql: Sql, studyId: string, limit: number): Promise<CompletedTrial[]> {
  return sql<CompletedTrial[]>`
    with sampled as (
      select number, point, objective_values from trials
      where study_id = ${studyId} and state = 'completed' order by hashint4(number) limit ${limit}
    )
    select point, objective_values as values from sampled order by number`;
}
