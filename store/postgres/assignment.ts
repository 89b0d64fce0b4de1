import type { Assignment, CheckpointSource } from "../../core/protocol.ts";
import { assignmentSpecSchema } from "../../core/protocol.ts";
import type { Params } from "../../core/space.ts";
import type { StudySpec } from "../../core/study.ts";
import { newAttemptToken } from "./attempt-token.ts";
import type { TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";

/** A trial as it goes to whoever runs it. */
export interface AssignedRow {
  study_id: string;
  study: string;
  project: string;
  spec: StudySpec;
  trial_id: string;
  number: number;
  attempt: number;
  params: Params;
  seed: number;
  budget: number | null;
  /** The checkpoint that it goes on from. */
  source: CheckpointSource | null;
}

export function toAssignment(row: AssignedRow, token: string): Assignment {
  return {
    studyId: row.study_id,
    study: row.study,
    project: row.project,
    trialId: row.trial_id,
    trial: row.number,
    attempt: row.attempt,
    params: row.params,
    seed: row.seed,
    budget: row.budget,
    from: row.source,
    spec: assignmentSpecSchema.parse(row.spec),
    token,
  };
}

/** Open attempts again, each with a fresh token: the reply that held the last one never arrived. */
export async function reassign(
  context: StoreContext,
  sql: TransactionSql,
  rows: readonly AssignedRow[],
): Promise<Assignment[]> {
  const assignments: Assignment[] = [];
  for (const row of rows) {
    const { token, hash } = newAttemptToken(context.randomBytes);
    await sql`update attempts set token_hash = ${hash} where trial_id = ${row.trial_id} and attempt = ${row.attempt}`;
    assignments.push(toAssignment(row, token));
  }
  return assignments;
}
