import { FettleError } from "../../core/errors.ts";
import type { Page, TrialDetail, TrialResource } from "../../core/resources.ts";
import type { PageRequest, TrialQuery } from "../../core/store.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { compareTrialField, filterCondition } from "./filter.ts";
import { metricSummaries } from "./metrics.ts";
import { type AttemptRow, type TrialRow, toAttempt, toTrial } from "./trial-rows.ts";

export async function listTrials(
  sql: Sql,
  studyId: string,
  query: TrialQuery,
  page: PageRequest,
): Promise<Page<TrialResource>> {
  const { state, order = "number", filter } = query;
  const bound = { list: "trials", studyId, state, order, filter };
  const after = decodeCursor(bound, page.cursor);
  const rows = await sql<(TrialRow & { loss: number | null })[]>`
    select t.*, s.name as study, t.losses[1] as loss, ${spentSeconds(sql)} as spent
    from trials t join studies s on s.id = t.study_id
    where t.study_id = ${studyId}
      ${state === undefined ? sql`` : sql`and t.state = any(${state as string[]}::text[])`}
      ${filter === undefined ? sql`` : sql`and ${filterCondition(sql, filter, compareTrialField(sql))}`}
      ${after === null ? sql`` : afterClause(sql, order, after)}
    ${orderClause(sql, order)} limit ${page.limit + 1}`;
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    items: items.map(toTrial),
    nextCursor: more ? encodeCursor(bound, [last.number, last.loss]) : null,
  };
}

/** Of all attempts, up to now for the one that runs; `trials.seconds` is written when one ends. */
function spentSeconds(sql: TransactionSql) {
  return sql`
    case when t.state <> 'running' then t.seconds
         else (select sum(extract(epoch from coalesce(a.ended_at, now()) - a.started_at))::float8
               from attempts a where a.trial_id = t.id) end`;
}

/** Missing values come last, ties go by number. Losses are minimised: "value" is best first. */
function orderClause(sql: Sql, order: NonNullable<TrialQuery["order"]>) {
  switch (order) {
    case "number":
      return sql`order by t.number`;
    case "-number":
      return sql`order by t.number desc`;
    case "value":
      return sql`order by t.losses[1] nulls last, t.number`;
    case "-value":
      return sql`order by t.losses[1] desc nulls last, t.number`;
  }
}

function afterClause(sql: Sql, order: NonNullable<TrialQuery["order"]>, after: readonly unknown[]) {
  const number = Number(after[0]);
  const loss = after[1] === null ? null : Number(after[1]);
  if (order === "number") return sql`and t.number > ${number}`;
  if (order === "-number") return sql`and t.number < ${number}`;
  if (loss === null) return sql`and t.losses is null and t.number > ${number}`;
  const tie = sql`t.losses[1] = ${loss} and t.number > ${number}`;
  const beyond = order === "value" ? sql`t.losses[1] > ${loss}` : sql`t.losses[1] < ${loss}`;
  return sql`and (t.losses is null or ${beyond} or (${tie}))`;
}

/** @throws FettleError "not-found". */
export async function readTrial(
  sql: TransactionSql,
  studyId: string,
  number: number,
): Promise<TrialResource> {
  const [row] = await sql<TrialRow[]>`
    select t.*, s.name as study, ${spentSeconds(sql)} as spent from trials t join studies s on s.id = t.study_id
    where t.study_id = ${studyId} and t.number = ${number} and s.deleted_at is null`;
  if (row === undefined) throw new FettleError("not-found", `The study has no trial ${number}.`);
  return toTrial(row);
}

export async function getTrial(sql: Sql, studyId: string, number: number): Promise<TrialDetail> {
  const trial = await readTrial(sql, studyId, number);
  const [detail] = await withDetails(sql, [trial]);
  return detail as TrialDetail;
}

export async function exportTrials(
  sql: Sql,
  studyId: string,
  afterNumber: number,
  limit: number,
): Promise<TrialDetail[]> {
  const rows = await sql<TrialRow[]>`
    select t.*, s.name as study, ${spentSeconds(sql)} as spent from trials t join studies s on s.id = t.study_id
    where t.study_id = ${studyId} and t.number > ${afterNumber} order by t.number limit ${limit}`;
  return withDetails(sql, rows.map(toTrial));
}

async function withDetails(sql: Sql, trials: readonly TrialResource[]): Promise<TrialDetail[]> {
  const ids = trials.map((trial) => trial.id);
  const rows = await sql<
    AttemptRow[]
  >`select * from attempts where trial_id = any(${ids}::uuid[]) order by trial_id, attempt`;
  const metrics = await metricSummaries(sql, ids);
  return trials.map((trial) => ({
    ...trial,
    attempts: rows.filter((row) => row.trial_id === trial.id).map(toAttempt),
    metrics: metrics.get(trial.id) ?? {},
  }));
}
