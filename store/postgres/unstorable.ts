import { FettleError, messageOf } from "../../core/errors.ts";

/** By SQLSTATE: a value that no column of its type can hold, and the way out. */
const UNSTORABLE: Readonly<Record<string, string>> = {
  "22021": "Remove U+0000 from the text.",
  "22P05": "Remove U+0000 from the text.",
  "22P02":
    "Remove halves of surrogate pairs from the text, and give ids and positions as they were received.",
  "22003": "Give a smaller number.",
  "22007": "Give times and positions as they were received.",
  "22008": "Give times and positions as they were received.",
};

/**
 * The schemas refuse such values and name the field. One that slips through is the caller's mistake all the same: said
 * to be a failure of the server, it would be sent again and again.
 * @throws FettleError "invalid-input" for these; anything else as it came.
 */
export function refuseUnstorable(error: unknown): never {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const hint = typeof code === "string" ? UNSTORABLE[code] : undefined;
  if (hint === undefined) throw error;
  throw new FettleError("invalid-input", `PostgreSQL cannot store a value: ${messageOf(error)}.`, {
    cause: error,
    hint,
  });
}
