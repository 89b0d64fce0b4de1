import { FettleError } from "../../core/errors.ts";
import type { MetricPoint } from "../../core/event.ts";
import { fromWire } from "../../core/number.ts";
import type { ReportReply, ReportRequest } from "../../core/protocol.ts";
import { decidingMetrics, type StudySpec } from "../../core/study.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { addFacts } from "./inbox.ts";
import type { Lru } from "./lru.ts";
import type { MetricNames } from "./metric-names.ts";
import { lockOpenAttempt, type OpenAttempt } from "./open-attempt.ts";
import { withRetry } from "./retry.ts";

/** Names that one trial may report. */
export const MAX_METRIC_NAMES = 1_000;

/** An external worker's lease after a report, when it has less left. */
const WORKER_LEASE_MS = 60_000;

export interface ReportDeps extends StoreContext {
  names: MetricNames;
  /** Study id to the metrics that decide something; they never change. */
  deciding: Lru<string, ReadonlySet<string>>;
  /** Names seen of each trial, as far as this process knows; only to spare a query. */
  trialNames: Lru<string, Set<string>>;
}

interface Point {
  name: string;
  step: number;
  value: number;
}

export async function report(
  deps: ReportDeps,
  trialId: string,
  attempt: number,
  request: ReportRequest,
  actor: string,
): Promise<ReportReply> {
  await checkNameCount(deps, trialId, request);
  const ids = await deps.names.idsOf(request.points.map((point) => point.name));
  return withRetry(
    () =>
      deps.sql.begin(async (sql) => {
        const open = await lockOpenAttempt(sql, trialId, attempt);
        const points = await withSteps(sql, trialId, attempt, request, ids);
        const accepted = await insertPoints(sql, trialId, attempt, points, ids);
        await noteDeciding(deps, sql, open, attempt, points, accepted, actor);
        if (open.agent_id === null) await renewWorker(sql, trialId);
        const conflicts = await countConflicts(sql, trialId, attempt, points, ids, accepted);
        return {
          accepted: accepted.size,
          duplicates: points.length - accepted.size - conflicts,
          conflicts,
          shouldStop: open.stop_kind !== null,
          reason: open.stop_reason,
        };
      }),
    deps.random,
  );
}

/** Fills in steps that were left out: on from the metric's last one, in the order of arrival. */
async function withSteps(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
  request: ReportRequest,
  ids: readonly number[],
): Promise<Point[]> {
  const points = request.points.map(({ name, step, value }) => ({ name, step, value: fromWire(value) }));
  if (points.every((point) => point.step !== undefined)) return points as Point[];
  const rows = await sql<{ name_id: number; last: number }[]>`
    select name_id, max(step) as last from metric_points
    where trial_id = ${trialId} and attempt = ${attempt} and name_id = any(${ids as number[]}::int[]) group by name_id`;
  const last = new Map(rows.map((row) => [row.name_id, row.last]));
  return points.map((point, index) => {
    const id = ids[index] as number;
    const step = point.step ?? Math.floor(last.get(id) ?? 0) + 1;
    last.set(id, Math.max(step, last.get(id) ?? step));
    return { ...point, step };
  });
}

/** Returns the positions of the points that were new; known (name, step) pairs stay as they are. */
async function insertPoints(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
  points: readonly Point[],
  ids: readonly number[],
): Promise<Set<number>> {
  if (points.length === 0) return new Set();
  const first = new Map<string, number>();
  points.forEach((point, index) => {
    const key = `${ids[index]}/${point.step}`;
    if (!first.has(key)) first.set(key, index);
  });
  const positions = [...first.values()];
  const column = <Value>(pick: (index: number) => Value) => positions.map(pick);
  const rows = await sql<{ name_id: number; step: number }[]>`
    insert into metric_points (trial_id, attempt, name_id, step, value)
    select ${trialId}, ${attempt}, name_id, step, value
    from unnest(${column((i) => ids[i] as number)}::int[], ${column((i) => (points[i] as Point).step)}::float8[],
                ${column((i) => String((points[i] as Point).value))}::float8[]) as p (name_id, step, value)
    on conflict do nothing returning name_id, step`;
  return new Set(rows.map((row) => first.get(`${row.name_id}/${row.step}`) as number));
}

async function noteDeciding(
  deps: ReportDeps,
  sql: TransactionSql,
  open: OpenAttempt,
  attempt: number,
  points: readonly Point[],
  accepted: ReadonlySet<number>,
  actor: string,
): Promise<void> {
  const deciding = await decidingOf(deps, sql, open.study_id);
  const told = points.filter((point, index) => accepted.has(index) && deciding.has(point.name));
  if (told.length === 0) return;
  const fact = {
    type: "trial.observed",
    trial: open.number,
    attempt,
    points: told as unknown as MetricPoint[],
  } as const;
  const text = `Reported ${told.length} value${told.length === 1 ? "" : "s"} up to step ${Math.max(...told.map((point) => point.step))}.`;
  await addFacts(sql, [{ studyId: open.study_id, actor, fact, text }]);
}

async function decidingOf(
  deps: ReportDeps,
  sql: TransactionSql,
  studyId: string,
): Promise<ReadonlySet<string>> {
  const known = deps.deciding.get(studyId);
  if (known !== undefined) return known;
  const [row] = await sql<{ spec: StudySpec }[]>`select spec from studies where id = ${studyId}`;
  const metrics = new Set(row === undefined ? [] : decidingMetrics(row.spec));
  deps.deciding.set(studyId, metrics);
  return metrics;
}

async function countConflicts(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
  points: readonly Point[],
  ids: readonly number[],
  accepted: ReadonlySet<number>,
): Promise<number> {
  const known = points
    .map((point, index) => ({ ...point, id: ids[index] as number, index }))
    .filter(({ index }) => !accepted.has(index));
  if (known.length === 0) return 0;
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n
    from unnest(${known.map((point) => point.id)}::int[], ${known.map((point) => point.step)}::float8[],
                ${known.map((point) => String(point.value))}::float8[]) as p (name_id, step, value)
    join metric_points m on m.trial_id = ${trialId} and m.attempt = ${attempt} and m.name_id = p.name_id and m.step = p.step
    where m.value <> p.value`;
  return row?.n ?? 0;
}

async function renewWorker(sql: TransactionSql, trialId: string): Promise<void> {
  await sql`
    update leases set expires_at = greatest(expires_at, now() + ${WORKER_LEASE_MS} * interval '1 millisecond') where trial_id = ${trialId}`;
}

async function checkNameCount(deps: ReportDeps, trialId: string, request: ReportRequest): Promise<void> {
  const seen = deps.trialNames.get(trialId) ?? new Set(await storedNames(deps.sql, trialId));
  const all = new Set(seen);
  for (const point of request.points) all.add(point.name);
  if (all.size > MAX_METRIC_NAMES) {
    throw new FettleError(
      "limit-exceeded",
      `A trial may report ${MAX_METRIC_NAMES} metrics; this would make ${all.size}.`,
      {
        hint: "Put what varies (layer, batch) into the step or leave it out.",
      },
    );
  }
  deps.trialNames.set(trialId, all);
}

async function storedNames(sql: Sql, trialId: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select name from metric_names where id in (select distinct name_id from metric_points where trial_id = ${trialId})`;
  return rows.map((row) => row.name);
}
