import type { Evidence } from "../../core/algorithm.ts";
import type { Fact } from "../../core/event.ts";
import { stringifyWire } from "../../core/number.ts";
import type { TransactionSql } from "./connect.ts";

export interface NewFact {
  studyId: string;
  actor: string;
  fact: Fact;
  text: string;
  inputs?: Evidence["inputs"];
}

/** Puts facts into their studies' inboxes, to be ordered by the next turn. */
export async function addFacts(sql: TransactionSql, facts: readonly NewFact[]): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map(({ studyId, actor, fact, text, inputs }) => ({
    study_id: studyId,
    actor,
    fact,
    why: { rule: fact.type, inputs: inputs ?? {}, text },
  }));
  await sql`insert into inbox (study_id, actor, fact, why)
    select study_id, actor, fact, why
    from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb) as r (study_id uuid, actor text, fact jsonb, why jsonb)`;
}
