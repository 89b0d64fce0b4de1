import type { TransactionSql } from "./connect.ts";

interface Rated {
  rated: number;
  tenth_loss: number | null;
  tenth_trial: number | null;
  middle_loss: number | null;
  middle_trial: number | null;
  /** Of the new ones: how many, and how many come before each of the two. */
  fresh: number;
  before_tenth: number;
  before_middle: number;
}

interface Place {
  loss: number | null;
  trial: number | null;
}

/**
 * Counts trials that completed in a turn with a loss, and moves on to those that are now at ranks (rated - 1) / 10 and
 * (rated - 1) / 2: along the index of losses, by as many places as there are new ones, at most.
 */
export async function rateCompleted(
  sql: TransactionSql,
  studyId: string,
  completed: readonly number[],
): Promise<void> {
  if (completed.length === 0) return;
  const [row] = await sql<Rated[]>`
    select s.rated, s.tenth_loss, s.tenth_trial, s.middle_loss, s.middle_trial, count(t.id)::int as fresh,
           (count(t.id) filter (where (t.losses[1], t.number) < (s.tenth_loss, s.tenth_trial)))::int as before_tenth,
           (count(t.id) filter (where (t.losses[1], t.number) < (s.middle_loss, s.middle_trial)))::int as before_middle
    from study_savings s
    left join trials t on t.study_id = s.study_id and t.number = any(${completed as number[]}::int[]) and t.losses is not null
    where s.study_id = ${studyId} group by s.study_id`;
  const { rated, fresh, ...now } = row!;
  if (fresh === 0) return;
  const ranked = (part: number, before: number) => ({
    // Of none: before the first.
    from: rated === 0 ? -1 : Math.floor((rated - 1) / part) + before,
    to: Math.floor((rated + fresh - 1) / part),
  });
  const tenth = { loss: now.tenth_loss, trial: now.tenth_trial };
  const middle = { loss: now.middle_loss, trial: now.middle_trial };
  const newTenth = await moved(sql, studyId, tenth, ranked(10, now.before_tenth));
  const newMiddle = await moved(sql, studyId, middle, ranked(2, now.before_middle));
  await sql`
    update study_savings set rated = ${rated + fresh}, tenth_loss = ${newTenth.loss}, tenth_trial = ${newTenth.trial},
           middle_loss = ${newMiddle.loss}, middle_trial = ${newMiddle.trial}
    where study_id = ${studyId}`;
}

async function moved(
  sql: TransactionSql,
  studyId: string,
  { loss, trial }: Place,
  { from, to }: { from: number; to: number },
): Promise<Place> {
  if (from === to) return { loss, trial };
  const forward = to > from;
  const beyond = forward ? sql`>` : sql`<`;
  const direction = forward ? sql`asc` : sql`desc`;
  const [place] = await sql<Place[]>`
    select losses[1] as loss, number as trial from trials
    where study_id = ${studyId} and losses is not null and state = 'completed'
      ${trial === null ? sql`` : sql`and (losses[1], number) ${beyond} (${loss}::float8, ${trial}::int)`}
    order by losses[1] ${direction}, number ${direction} offset ${Math.abs(to - from) - 1} limit 1`;
  return place!;
}
