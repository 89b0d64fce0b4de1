import { FettleError } from "../../core/errors.ts";
import type { Fact } from "../../core/event.ts";
import type { Page, StudyResource } from "../../core/resources.ts";
import type { PageRequest, StudyQuery } from "../../core/store.ts";
import type { StudyPatch, StudySpec } from "../../core/study.ts";
import type { StudyState } from "../../core/trial.ts";
import type { WarmStartSource } from "../../core/warm-start.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { compareStudyField, filterCondition } from "./filter.ts";
import { addFacts } from "./inbox.ts";
import { type StudyRow, selectStudies, toStudy } from "./study-rows.ts";

export async function createStudy(
  { sql, randomUuid }: StoreContext,
  project: string,
  spec: StudySpec,
  actor: string,
  warmStart: readonly WarmStartSource[] = [],
): Promise<StudyResource> {
  const id = randomUuid();
  return sql.begin(async (tx) => {
    const inserted = await tx`
      insert into studies (id, project, name, spec, max_trials, parallelism, priority, pool, runs_command, reason_text)
      values (${id}, ${project}, ${spec.name}, ${tx.json(spec)}, ${spec.budget.maxTrials ?? null}, ${spec.parallelism},
              ${spec.priority}, ${spec.resources.pool}, ${spec.command !== undefined}, ${`Created by ${actor}.`})
      on conflict (project, name) where deleted_at is null do nothing`;
    if (inserted.count === 0) {
      throw new FettleError("already-exists", `Project "${project}" has a study "${spec.name}".`, {
        fields: [
          {
            pointer: "/name",
            code: "already-exists",
            message: `"${spec.name}" is taken.`,
            hint: "Choose another name, or delete the old study.",
          },
        ],
      });
    }
    const fact: Fact = {
      type: "study.created",
      maxTrials: spec.budget.maxTrials ?? null,
      parallelism: spec.parallelism,
    };
    await addFacts(tx, [
      { studyId: id, actor, fact, text: `Created by ${actor}.` },
      ...warmStart.map((source) => warmStartFact(id, actor, source)),
    ]);
    return readStudy(tx, id);
  });
}

function warmStartFact(studyId: string, actor: string, source: WarmStartSource) {
  const { study, points, trials, shared } = source;
  const text = `Starts from study "${study}": ${points.length} of its ${trials} trials, alike in ${shared.join(", ")}.`;
  return { studyId, actor, fact: { type: "study.warm-started", ...source } as const, text };
}

/** @throws FettleError "not-found". */
export async function readStudy(sql: TransactionSql, id: string): Promise<StudyResource> {
  const [row] = await selectStudies(sql, sql`where s.id = ${id} and s.deleted_at is null`);
  return toStudy(found(row, id));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By name or id; a name goes first, since it may look like an id. */
export async function getStudy(sql: Sql, project: string, study: string): Promise<StudyResource> {
  // Compared as it is stored, so that an index finds it.
  const orId = UUID.test(study) ? sql`or s.id = ${study}::uuid` : sql``;
  const [row] = await selectStudies(
    sql,
    sql`where s.project = ${project} and s.deleted_at is null and (s.name = ${study} ${orId})
      order by s.name = ${study} desc limit 1`,
  );
  return toStudy(found(row, study));
}

function found(row: StudyRow | undefined, study: string): StudyRow {
  if (row === undefined)
    throw new FettleError("not-found", `There is no study "${study}".`, {
      hint: "List the studies to see their names.",
    });
  return row;
}

export async function listStudies(
  sql: Sql,
  project: string,
  filter: StudyQuery,
  page: PageRequest,
): Promise<Page<StudyResource>> {
  const query = { list: "studies", project, ...filter };
  const after = decodeCursor(query, page.cursor);
  const rows = await selectStudies(
    sql,
    sql`where s.project = ${project} and s.deleted_at is null
      ${filter.state === undefined ? sql`` : sql`and s.state = ${filter.state}`}
      ${filter.tag === undefined ? sql`` : sql`and s.spec -> 'tags' ? ${filter.tag}`}
      ${filter.filter === undefined ? sql`` : sql`and ${filterCondition(sql, filter.filter, compareStudyField(sql))}`}
      ${after === null ? sql`` : sql`and (s.created_at, s.id) < (${String(after[0])}::timestamptz, ${String(after[1])}::uuid)`}
      order by s.created_at desc, s.id desc limit ${page.limit + 1}`,
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return {
    items: items.map(toStudy),
    nextCursor: more ? encodeCursor(query, [await exactTime(sql, last.id), last.id]) : null,
  };
}

/** A Date keeps milliseconds, the column microseconds: a cursor needs the whole of it. */
async function exactTime(sql: Sql, id: string): Promise<string> {
  const [row] = await sql<{ at: string }[]>`select created_at::text as at from studies where id = ${id}`;
  return row?.at ?? "";
}

interface LockedStudy {
  id: string;
  state: StudyState;
  version: number;
  created: number;
  spec: StudySpec;
}

/** Takes the study's row lock. @throws FettleError "not-found". */
export async function lockStudy(sql: TransactionSql, id: string): Promise<LockedStudy> {
  const [row] = await sql<LockedStudy[]>`
    select id, state, version, created, spec from studies where id = ${id} and deleted_at is null for no key update`;
  if (row === undefined) throw new FettleError("not-found", `There is no study ${id}.`);
  return row;
}

export async function patchStudy(
  { sql }: StoreContext,
  id: string,
  patch: StudyPatch,
  ifVersion: number | null,
  actor: string,
): Promise<StudyResource> {
  return sql.begin(async (tx) => {
    const study = await lockStudy(tx, id);
    checkPatch(study, patch, ifVersion);
    const spec = patchedSpec(study.spec, patch);
    await tx`
      update studies set spec = ${tx.json(spec)}, max_trials = ${spec.budget.maxTrials ?? null}, parallelism = ${spec.parallelism},
             priority = ${spec.priority}, version = version + 1
      where id = ${id}`;
    await addFacts(tx, [
      {
        studyId: id,
        actor,
        fact: { type: "study.changed", changes: patch },
        text: `Limits changed by ${actor}.`,
      },
    ]);
    return readStudy(tx, id);
  });
}

function checkPatch(study: LockedStudy, patch: StudyPatch, ifVersion: number | null): void {
  if (ifVersion !== null && ifVersion !== study.version) {
    throw new FettleError(
      "precondition-failed",
      `The study is at version ${study.version}, not ${ifVersion}.`,
      { hint: "Read it again and repeat the change." },
    );
  }
  if (study.state === "done" || study.state === "stopping")
    throw new FettleError("conflict", `The study is ${study.state}; its limits no longer change.`);
  const maxTrials = patch.budget?.maxTrials;
  if (typeof maxTrials === "number" && maxTrials < study.created) {
    const message = `${study.created} trials were created already.`;
    throw new FettleError("invalid-study", message, {
      fields: [
        {
          pointer: "/budget/maxTrials",
          code: "below-created",
          message,
          hint: `Use at least ${study.created}, or stop the study.`,
        },
      ],
    });
  }
}

/** RFC 7396 on the fields that a patch may name: null removes a limit, what is left out stays. */
function patchedSpec(spec: StudySpec, { budget, ...rest }: StudyPatch): StudySpec {
  const named = Object.entries(rest).filter(([, value]) => value !== undefined);
  const limits = Object.entries({ ...spec.budget, ...budget }).filter(
    ([, limit]) => limit !== null && limit !== undefined,
  );
  return { ...spec, ...Object.fromEntries(named), budget: Object.fromEntries(limits) };
}

export const pauseStudy = (context: StoreContext, id: string, actor: string) =>
  changeState(context, id, actor, {
    from: ["running"],
    to: "paused",
    fact: { type: "study.paused" },
    text: `Paused by ${actor}.`,
  });

export const resumeStudy = (context: StoreContext, id: string, actor: string) =>
  changeState(context, id, actor, {
    from: ["paused"],
    to: "running",
    fact: { type: "study.resumed" },
    text: `Resumed by ${actor}.`,
  });

export const stopStudy = (context: StoreContext, id: string, actor: string) =>
  changeState(context, id, actor, {
    from: ["running", "paused"],
    to: "stopping",
    fact: { type: "study.stop-requested" },
    text: `Stopped by ${actor}.`,
  });

interface StateChange {
  from: readonly StudyState[];
  to: StudyState;
  fact: Fact;
  text: string;
}

async function changeState(
  { sql }: StoreContext,
  id: string,
  actor: string,
  change: StateChange,
): Promise<StudyResource> {
  return sql.begin(async (tx) => {
    const study = await lockStudy(tx, id);
    const already = study.state === change.to || (change.to === "stopping" && study.state === "done");
    if (!already && !change.from.includes(study.state)) {
      throw new FettleError("conflict", `The study is ${study.state}; it cannot become ${change.to}.`, {
        hint: `It cannot go on. Create another that begins with what it found, by warmStart: { studies: [${study.spec.name}] }.`,
      });
    }
    if (!already) {
      const end = change.to === "stopping" ? "stopped" : null;
      await tx`
        update studies set state = ${change.to}, end_code = ${end}, version = version + 1,
               reason_code = ${change.fact.type}, reason_text = ${change.text}
        where id = ${id}`;
      await addFacts(tx, [{ studyId: id, actor, fact: change.fact, text: change.text }]);
    }
    return readStudy(tx, id);
  });
}

/** Hides the study; its agents learn of it at their next call, since their leases are gone. The sweep removes the rows. */
export async function deleteStudy({ sql }: StoreContext, id: string): Promise<void> {
  await sql.begin(async (tx) => {
    await lockStudy(tx, id);
    await tx`update studies set deleted_at = now(), version = version + 1 where id = ${id}`;
    await tx`delete from leases where trial_id in (select id from trials where study_id = ${id})`;
    await tx`delete from inbox where study_id = ${id}`;
  });
}
