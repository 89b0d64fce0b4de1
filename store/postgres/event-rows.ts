import type { Evidence } from "../../core/algorithm.ts";
import type { StudyEvent, StudyEventBody } from "../../core/event.ts";
import type { EventResource } from "../../core/resources.ts";

export interface EventRow {
  id: number;
  xid: string;
  seq: number;
  time: Date;
  type: string;
  trial: number | null;
  actor: string;
  body: StudyEventBody;
  why: Evidence;
  project: string;
  study: string;
}

export function toStudyEvent(row: Pick<EventRow, "seq" | "time" | "actor" | "body" | "why">): StudyEvent {
  return { seq: row.seq, time: row.time.toISOString(), actor: row.actor, body: row.body, why: row.why };
}

export function toEventResource(row: EventRow): EventResource {
  const { type: _type, trial: _trial, ...data } = { trial: null, ...row.body };
  return {
    id: `${row.xid}-${row.id}`,
    seq: row.seq,
    time: row.time.toISOString(),
    project: row.project,
    study: row.study,
    type: row.type,
    trial: row.trial,
    actor: row.actor,
    reason: row.why,
    data,
  };
}
