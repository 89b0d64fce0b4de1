import { z } from "zod";
import { FettleError } from "../core/errors.ts";
import type { Lookup } from "./lookup.ts";
import type { AttemptPath, Principal } from "./principal.ts";

/** Query of the calls about one attempt. */
export const holderQuery = {
  session: z
    .uuid()
    .optional()
    .describe("The session that claimed the attempt; with a token of scope `agent` it must be given."),
};

/**
 * All agents may have one token, so that scope alone would let each write to every attempt: the session, which only the
 * agent knows, says which are its own. The token of an attempt needs none.
 * @throws FettleError "forbidden", "not-found"
 */
export async function requireHolder(
  lookup: Lookup,
  principal: Principal,
  { trialId, attempt }: AttemptPath,
  session: string | undefined,
): Promise<void> {
  if (principal.scope !== "agent") return;
  if (session !== undefined && session === (await lookup.sessionOfAttempt(trialId, attempt))) return;
  throw new FettleError("forbidden", `Attempt ${attempt} of trial ${trialId} is not this agent's.`, {
    hint: "Give the session that claimed it as `?session=`, or use the attempt's own token.",
  });
}
