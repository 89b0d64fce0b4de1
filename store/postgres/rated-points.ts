import type { Point } from "../../core/algorithm.ts";
import type { Sql } from "./connect.ts";

/** Points and first losses of completed trials: the better half of `limit` are the best, the rest a sample that stays the same. */
export function ratedPoints(
  sql: Sql,
  studyId: string,
  limit: number,
): Promise<{ point: Point; loss: number }[]> {
  return sql<{ point: Point; loss: number }[]>`
    with best as (
      select id from trials where study_id = ${studyId} and losses is not null and state = 'completed'
      order by losses[1], number limit ${Math.ceil(limit / 2)}
    ), others as (
      select id from trials
      where study_id = ${studyId} and ended_at is not null and losses is not null and state = 'completed'
        and id not in (select id from best)
      order by hashint4(number) limit ${limit} - (select count(*) from best)
    )
    select point, losses[1] as loss from trials
    where id in (select id from best union all select id from others) order by number`;
}
