import type { Decision } from "../../core/event.ts";
import { stringifyWire } from "../../core/number.ts";
import type { NewEvent, TurnStudy } from "../../core/store.ts";
import { isTerminal, TRIAL_STATES, type TrialState } from "../../core/trial.ts";
import { ChangedError } from "./changed.ts";
import type { TransactionSql } from "./connect.ts";
import { isFeasible, noteProgress } from "./note-progress.ts";
import { type Moved, noteSavings } from "./note-savings.ts";

type Body<Type extends Decision["type"]> = Decision & { type: Type };
type Decided<Type extends Decision["type"]> = { body: Body<Type>; rule: string; text: string };

/**
 * Turns a turn's decisions into the trials' rows, one statement a kind. A trial may be decided upon several times in
 * a turn (retried, then cancelled with its study): only its last decision shows in the row, but the counters see all.
 * The facts that the turn took in are gone from the inbox by now.
 * @throws ChangedError when a trial was claimed meanwhile.
 */
export async function applyTrialDecisions(
  sql: TransactionSql,
  study: TurnStudy,
  events: readonly NewEvent[],
  seedOf: (trial: number) => number,
): Promise<void> {
  await insertScheduled(sql, study, decisions(events, "trial.scheduled"), seedOf);
  await markStopping(sql, study, decisions(events, "trial.stopping"));
  const heldOut = await markHeldOut(sql, study, decisions(events, "trial.held-out"));
  const moved = lastMoves(events);
  const last = <Type extends MoveType>(type: Type) =>
    [...moved.values()].filter(({ body }) => body.type === type) as unknown as Decided<Type>[];
  await countRequeues(sql, study, decisions(events, "trial.requeued"));
  const before = await takeRows(sql, study, [...moved.keys()]);
  const changes = [...moved.values()].map(({ body }) => {
    return { trial: body.trial, before: before.get(body.trial)!, after: stateAfter(body) };
  });
  await countStates(sql, study, changes);
  await requeue(sql, study, last("trial.requeued"));
  // A trial that paused and was promoted in one turn keeps what it measured.
  await pause(sql, study, lastPauses(events, moved));
  await promote(sql, study, last("trial.promoted"));
  await finish(sql, study, last("trial.finished"));
  await noteProgress(sql, study, events);
  await noteSavings(sql, study, events, changes, heldOut);
}

function stateAfter(body: Move["body"]): TrialState {
  if (body.type === "trial.finished") return body.state;
  return body.type === "trial.paused" ? "paused" : "queued";
}

const MOVES = ["trial.requeued", "trial.finished", "trial.paused", "trial.promoted"] as const;
type MoveType = (typeof MOVES)[number];
type Move = Decided<MoveType>;

function decisions<Type extends Decision["type"]>(events: readonly NewEvent[], type: Type): Decided<Type>[] {
  const matching = events.filter(
    (event): event is NewEvent & { body: Body<Type> } => event.body.type === type,
  );
  return matching.map(({ body, why }) => ({ body, rule: why.rule, text: why.text }));
}

/** Each trial's last move. */
function lastMoves(events: readonly NewEvent[]): Map<number, Move> {
  const moves = MOVES.flatMap((type): Move[] => decisions(events, type));
  const position = new Map<NewEvent["body"], number>(events.map((event, index) => [event.body, index]));
  const ordered = moves.sort((a, b) => position.get(a.body)! - position.get(b.body)!);
  return new Map(ordered.map((move) => [move.body.trial, move]));
}

/** The last pause of each trial that the turn leaves paused or promoted. */
function lastPauses(
  events: readonly NewEvent[],
  moved: ReadonlyMap<number, Move>,
): Decided<"trial.paused">[] {
  const pauses = new Map(decisions(events, "trial.paused").map((entry) => [entry.body.trial, entry]));
  return [...pauses.values()].filter(({ body }) => {
    const { type } = moved.get(body.trial)!.body;
    return type === "trial.paused" || type === "trial.promoted";
  });
}

async function insertScheduled(
  sql: TransactionSql,
  study: TurnStudy,
  scheduled: readonly Decided<"trial.scheduled">[],
  seedOf: (trial: number) => number,
): Promise<void> {
  if (scheduled.length === 0) return;
  const rows = scheduled.map(({ body, text }) => ({ ...body, seed: seedOf(body.trial), text }));
  await sql`
    insert into trials (id, study_id, number, params, point, budget, parent, origin, seed, proposed, reason_code, reason_text)
    select gen_random_uuid(), ${study.id}, trial, params, point, budget, parent, 'search', seed, text, 'queued', 'Waits for a free agent.'
    from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb)
      as r (trial int, params jsonb, point jsonb, budget float8, parent int, seed bigint, text text)`;
  await sql`update studies set queued = queued + ${rows.length} where id = ${study.id}`;
}

async function markStopping(
  sql: TransactionSql,
  study: TurnStudy,
  stopping: readonly Decided<"trial.stopping">[],
): Promise<void> {
  if (stopping.length === 0) return;
  const rows = stopping.map(({ body, text }) => ({ trial: body.trial, kind: body.kind, text }));
  await sql`
    update trials t set stop_kind = r.kind, stop_reason = r.text
    from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb) as r (trial int, kind text, text text)
    where t.study_id = ${study.id} and t.number = r.trial and t.state = 'running'`;
}

async function markHeldOut(
  sql: TransactionSql,
  study: TurnStudy,
  heldOut: readonly Decided<"trial.held-out">[],
): Promise<number> {
  if (heldOut.length === 0) return 0;
  const numbers = heldOut.map(({ body }) => body.trial);
  const marked = await sql`
    update trials set held_out = true where study_id = ${study.id} and number = any(${numbers}::int[]) and not held_out`;
  return marked.count;
}

/**
 * Takes the trials' rows. Returns the states that they were in. A trial whose start still waits in the inbox was claimed
 * after the turn began, and may have ended since: the log knows of neither, so nothing may be decided.
 */
async function takeRows(
  sql: TransactionSql,
  study: TurnStudy,
  trials: readonly number[],
): Promise<Map<number, TrialState>> {
  if (trials.length === 0) return new Map();
  const rows = await sql<{ number: number; state: TrialState; claimed: boolean }[]>`
    select t.number, t.state, t.number in (
             select (i.fact ->> 'trial')::int from inbox i where i.study_id = ${study.id} and i.fact ->> 'type' = 'trial.started'
           ) as claimed
    from trials t where t.study_id = ${study.id} and t.number = any(${trials as number[]}::int[]) for no key update of t`;
  if (rows.some((row) => row.claimed)) throw new ChangedError();
  return new Map(rows.map(({ number, state }) => [number, state]));
}

/** Counts the trials under their new states; those that ran give their slots back by it. */
async function countStates(sql: TransactionSql, study: TurnStudy, changes: readonly Moved[]): Promise<void> {
  const more = (state: TrialState) =>
    changes.filter(({ after }) => after === state).length -
    changes.filter(({ before }) => before === state).length;
  if (TRIAL_STATES.every((state) => more(state) === 0)) return;
  await sql`
    update studies set queued = queued + ${more("queued")}, running = running + ${more("running")}, paused = paused + ${more("paused")},
           completed = completed + ${more("completed")}, pruned = pruned + ${more("pruned")}, failed = failed + ${more("failed")},
           infeasible = infeasible + ${more("infeasible")}, cancelled = cancelled + ${more("cancelled")}
    where id = ${study.id}`;
}

async function countRequeues(
  sql: TransactionSql,
  study: TurnStudy,
  requeued: readonly Decided<"trial.requeued">[],
): Promise<void> {
  const charged = requeued.filter(({ body }) => body.cause === "retry" || body.cause === "lost");
  if (charged.length === 0) return;
  const rows = charged.map(({ body }) => ({
    trial: body.trial,
    retry: body.cause === "retry" ? 1 : 0,
    lost: body.cause === "lost" ? 1 : 0,
  }));
  await sql`
    update trials t set retries = retries + r.retry, lost_attempts = lost_attempts + r.lost
    from (select trial, sum(retry)::int as retry, sum(lost)::int as lost
          from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb) as x (trial int, retry int, lost int) group by trial) r
    where t.study_id = ${study.id} and t.number = r.trial`;
}

async function requeue(
  sql: TransactionSql,
  study: TurnStudy,
  requeued: readonly Decided<"trial.requeued">[],
): Promise<void> {
  if (requeued.length === 0) return;
  const rows = requeued.map(({ body, rule, text }) => ({ trial: body.trial, rule, text }));
  await sql`
    update trials t set state = 'queued', queued_at = now(), hinted_at = null, ended_at = null, stop_kind = null, stop_reason = null,
           failure_class = null, losses = null, objective_values = '[]', violations = '[]', objective_state = 'pending',
           reason_code = r.rule, reason_text = r.text
    from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb) as r (trial int, rule text, text text)
    where t.study_id = ${study.id} and t.number = r.trial`;
}

async function pause(
  sql: TransactionSql,
  study: TurnStudy,
  paused: readonly Decided<"trial.paused">[],
): Promise<void> {
  await measured(
    sql,
    study,
    paused.map((entry) => ({ ...entry, body: { ...entry.body, state: "paused", failureClass: null } })),
  );
}

async function promote(
  sql: TransactionSql,
  study: TurnStudy,
  promoted: readonly Decided<"trial.promoted">[],
): Promise<void> {
  if (promoted.length === 0) return;
  const rows = promoted.map(({ body, rule, text }) => ({
    trial: body.trial,
    budget: body.budget,
    rule,
    text,
  }));
  await sql`
    update trials t set state = 'queued', budget = r.budget, queued_at = now(), hinted_at = null, stop_kind = null, stop_reason = null,
           reason_code = r.rule, reason_text = r.text
    from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb) as r (trial int, budget float8, rule text, text text)
    where t.study_id = ${study.id} and t.number = r.trial`;
}

async function finish(
  sql: TransactionSql,
  study: TurnStudy,
  finished: readonly Decided<"trial.finished">[],
): Promise<void> {
  await measured(sql, study, finished);
}

/** What ends a run of a trial, for now or for good. */
interface Measured {
  body: Pick<Body<"trial.finished">, "trial" | "state" | "values" | "losses" | "violations" | "failureClass">;
  rule: string;
  text: string;
}

async function measured(sql: TransactionSql, study: TurnStudy, ended: readonly Measured[]): Promise<void> {
  if (ended.length === 0) return;
  const rows = ended.map(({ body, rule, text }) => ({
    ...body,
    objective: objectiveState(body),
    feasible: isFeasible(body),
    over: isTerminal(body.state),
    rule,
    text,
  }));
  await sql`
    update trials t set state = r.state, ended_at = case when r.over then now() end, objective_values = r.values,
           violations = r.violations, feasible = r.feasible,
           losses = case when r.losses is null then null
                         else array(select value::text::float8 from jsonb_array_elements(r.losses) with ordinality as l (value, n) order by n) end,
           objective_state = r.objective, failure_class = r."failureClass", reason_code = r.rule, reason_text = r.text,
           stop_kind = case when r.over then stop_kind end, stop_reason = case when r.over then stop_reason end,
           seconds = coalesce((select sum(extract(epoch from a.ended_at - a.started_at)) from attempts a where a.trial_id = t.id), 0)
    from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb)
      as r (trial int, state text, values jsonb, losses jsonb, violations jsonb, feasible boolean, objective text, "failureClass" text,
            over boolean, rule text, text text)
    where t.study_id = ${study.id} and t.number = r.trial`;
}

function objectiveState({ losses, values }: Measured["body"]): string {
  if (losses !== null) return "ok";
  return values.some((value) => typeof value === "string") ? "diverged" : "missing";
}
