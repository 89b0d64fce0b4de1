import { FettleError } from "../../core/errors.ts";
import { fromWire } from "../../core/number.ts";
import type { ReportReply, ReportRequest } from "../../core/protocol.ts";
import { loggedMetrics, type StudySpec } from "../../core/study.ts";
import type { StopKind } from "../../core/trial.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import type { Lru } from "./lru.ts";
import type { MetricNames } from "./metric-names.ts";
import { refuse } from "./refuse.ts";
import { isOutage, withRetry } from "./retry.ts";
import { bucketPoints, dueSeries, seriesOfInserted } from "./summarise-series.ts";

/** Names that one trial may report. */
const MAX_METRIC_NAMES = 1_000;

/** What this process remembers of a trial, only to spare queries. */
export interface ReportedTrial {
  /** Ids of the metrics that the log keeps; they never change. */
  deciding: readonly number[];
  /** Names reported so far, as far as this process knows. */
  names: Set<string>;
}

export interface ReportDeps extends StoreContext {
  names: MetricNames;
  trials: Lru<string, ReportedTrial>;
}

interface Point {
  id: number;
  step: number;
  /** As text, NaN and infinities included. */
  value: string;
}

export async function report(
  deps: ReportDeps,
  trialId: string,
  attempt: number,
  request: ReportRequest,
  actor: string,
): Promise<ReportReply> {
  const trial = await rememberedTrial(deps, trialId);
  checkNameCount(trial, request);
  const ids = await deps.names.idsOf(request.points.map((point) => point.name));
  const insert = (sql: TransactionSql, points: readonly Point[]) =>
    insertPoints(sql, trialId, attempt, points, trial, actor);
  const { points, reply } = request.points.every(hasStep)
    ? await insertAsGiven(deps, withSteps(request, ids, new Map()), insert)
    : await insertInOrder(deps, trialId, attempt, request, ids, insert);
  for (const point of request.points) trial.names.add(point.name);
  if (reply === undefined) return refuse(deps.sql, trialId, attempt);
  for (const id of reply.due ?? [])
    await withRetry(() => bucketPoints(deps.sql, trialId, attempt, id), deps.random);
  const known = points.length - reply.accepted;
  const conflicts = known === 0 ? 0 : await countConflicts(deps.sql, trialId, attempt, points);
  return {
    accepted: reply.accepted,
    duplicates: known - conflicts,
    conflicts,
    shouldStop: reply.stop_kind !== null,
    kind: reply.stop_kind,
    reason: reply.stop_reason,
  };
}

type Insert = (sql: TransactionSql, points: readonly Point[]) => Promise<InsertedRow | undefined>;

interface Inserted {
  points: readonly Point[];
  reply: InsertedRow | undefined;
}

async function insertAsGiven(deps: ReportDeps, points: readonly Point[], insert: Insert): Promise<Inserted> {
  return { points, reply: await withRetry(() => insert(deps.sql, points), deps.random) };
}

/**
 * Steps that were left out are counted with the attempt's row locked: of two reports at the same time the one would else be
 * taken for a repetition of the other.
 */
async function insertInOrder(
  deps: ReportDeps,
  trialId: string,
  attempt: number,
  request: ReportRequest,
  ids: readonly number[],
  insert: Insert,
): Promise<Inserted> {
  let points: readonly Point[] | null = null;
  const work = () =>
    deps.sql.begin(async (tx) => {
      await tx`select 1 from attempts where trial_id = ${trialId} and attempt = ${attempt} for no key update`;
      points ??= withSteps(request, ids, await lastSteps(tx, trialId, attempt, ids));
      return { points, reply: await insert(tx, points) };
    });
  return withRetry(async () => {
    try {
      return await work();
    } catch (error) {
      // A commit whose answer was lost may have happened: only what has surely not been stored is counted anew.
      if (!isOutage(error)) points = null;
      throw error;
    }
  }, deps.random);
}

interface InsertedRow {
  accepted: number;
  /** Metrics of which so many points have come that they go into buckets now. */
  due: number[] | null;
  stop_kind: StopKind | null;
  stop_reason: string | null;
}

/**
 * One statement: the attempt is checked and locked against its end, the points that are new go in, and with them what is kept
 * of their series; those of deciding metrics are told to the study's inbox, and an external worker's lease is renewed.
 * No row: not the current attempt.
 */
async function insertPoints(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
  points: readonly Point[],
  trial: ReportedTrial,
  actor: string,
): Promise<InsertedRow | undefined> {
  const [row] = await sql<InsertedRow[]>`
    with open as (
      select a.study_id, a.agent_id, t.number, t.stop_kind, t.stop_reason
      from attempts a join trials t on t.id = a.trial_id join studies s on s.id = a.study_id
      where a.trial_id = ${trialId} and a.attempt = ${attempt} and a.ended_at is null and s.deleted_at is null
      for share of a
    ), given as (
      select distinct on (name_id, step) name_id, step, value, position
      from open, unnest(${points.map((point) => point.id)}::int[], ${points.map((point) => point.step)}::float8[],
                        ${points.map((point) => point.value)}::float8[]) with ordinality as p (name_id, step, value, position)
      order by name_id, step, position
    ), inserted as (
      insert into metric_points (trial_id, attempt, name_id, step, value)
      select ${trialId}, ${attempt}, name_id, step, value from given
      on conflict do nothing returning name_id, step, value
    ), ${seriesOfInserted(sql, trialId, attempt)}, told as (
      select jsonb_agg(jsonb_build_object('name', n.name, 'step', i.step, 'value', i.value) order by g.position) as points,
             count(*) as n, max(i.step) as last
      from inserted i join given g on g.name_id = i.name_id and g.step = i.step join metric_names n on n.id = i.name_id
      where i.name_id = any(${trial.deciding as number[]}::int[])
    ), fact as (
      insert into inbox (study_id, actor, fact, why)
      select open.study_id, ${actor},
             jsonb_build_object('type', 'trial.observed', 'trial', open.number, 'attempt', ${attempt}::int, 'points', told.points),
             jsonb_build_object('rule', 'trial.observed', 'inputs', '{}'::jsonb,
                                'text', 'Reported ' || told.n || ' of the deciding values, up to step ' || told.last || '.')
      from open, told where told.n > 0
    ), renewed as (
      update leases set expires_at = greatest(expires_at, now() + lease_ms * interval '1 millisecond')
      where trial_id = ${trialId} and attempt = ${attempt} and agent_id is null
    )
    select (select count(*)::int from inserted) as accepted,
           ${dueSeries(sql, trialId)} as due, open.stop_kind, open.stop_reason from open`;
  return row;
}

function hasStep({ step }: ReportRequest["points"][number]): boolean {
  return step !== undefined;
}

/** Fills in steps that were left out: on from the metric's last one, in the order of arrival. `last`: is changed. */
function withSteps(request: ReportRequest, ids: readonly number[], last: Map<number, number>): Point[] {
  return request.points.map((point, index) => {
    const id = ids[index] as number;
    const step = point.step ?? Math.floor(last.get(id) ?? 0) + 1;
    last.set(id, Math.max(step, last.get(id) ?? step));
    return { id, step, value: String(fromWire(point.value)) };
  });
}

async function lastSteps(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const rows = await sql<{ name_id: number; last: number }[]>`
    select name_id, last_step as last from metric_series
    where trial_id = ${trialId} and attempt = ${attempt} and name_id = any(${ids as number[]}::int[])`;
  return new Map(rows.map((row) => [row.name_id, row.last]));
}

/** Points whose step is stored with another value. */
async function countConflicts(
  sql: Sql,
  trialId: string,
  attempt: number,
  points: readonly Point[],
): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n
    from unnest(${points.map((point) => point.id)}::int[], ${points.map((point) => point.step)}::float8[],
                ${points.map((point) => point.value)}::float8[]) as p (name_id, step, value)
    join metric_points m on m.trial_id = ${trialId} and m.attempt = ${attempt} and m.name_id = p.name_id and m.step = p.step
    where m.value <> p.value`;
  return row?.n ?? 0;
}

function checkNameCount(trial: ReportedTrial, request: ReportRequest): void {
  const fresh = new Set(request.points.map((point) => point.name).filter((name) => !trial.names.has(name)));
  const count = trial.names.size + fresh.size;
  if (count <= MAX_METRIC_NAMES) return;
  throw new FettleError(
    "limit-exceeded",
    `A trial may report ${MAX_METRIC_NAMES} metrics; this would make ${count}.`,
    {
      hint: "Put what varies (layer, batch) into the step or leave it out.",
    },
  );
}

async function rememberedTrial(deps: ReportDeps, trialId: string): Promise<ReportedTrial> {
  const known = deps.trials.get(trialId);
  if (known !== undefined) return known;
  const [row] = await deps.sql<
    { spec: Pick<StudySpec, "objectives" | "outcomeConstraints" | "earlyStopping">; names: string[] | null }[]
  >`
    select s.spec, (select array_agg(name) from metric_names
                    where id in (select name_id from metric_series where trial_id = t.id)) as names
    from trials t join studies s on s.id = t.study_id where t.id = ${trialId}`;
  if (row === undefined) throw new FettleError("not-found", `There is no trial ${trialId}.`);
  const trial = {
    deciding: await deps.names.idsOf(loggedMetrics(row.spec)),
    names: new Set(row.names ?? []),
  };
  deps.trials.set(trialId, trial);
  return trial;
}
