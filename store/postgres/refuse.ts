import { FettleError } from "../../core/errors.ts";
import type { TransactionSql } from "./connect.ts";

/** Says why an attempt cannot be written to. */
export async function refuse(sql: TransactionSql, trialId: string, attempt: number): Promise<never> {
  const [trial] = await sql<
    { attempt: number; state: string }[]
  >`select attempt, state from trials where id = ${trialId}`;
  if (trial === undefined) throw new FettleError("not-found", `There is no trial ${trialId}.`);
  const now = trial.attempt === attempt ? "has ended" : `is not the current one (${trial.attempt})`;
  throw new FettleError("stale-attempt", `Attempt ${attempt} ${now}; nothing was changed.`, {
    hint: "Kill its process; its reports are no longer taken.",
  });
}
