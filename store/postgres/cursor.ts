import { createHash } from "node:crypto";
import { FettleError } from "../../core/errors.ts";

/** An opaque position in a list, bound to the query it belongs to. */
export function encodeCursor(query: unknown, position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify({ q: digest(query), p: position })).toString("base64url");
}

/** The position of a cursor; null without one. @throws FettleError "invalid-input" when it is none, or of another query. */
export function decodeCursor(query: unknown, cursor: string | undefined): unknown[] | null {
  if (cursor === undefined) return null;
  try {
    const { q, p } = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (q === digest(query) && Array.isArray(p)) return p;
  } catch {
    // Not ours: answered below.
  }
  throw new FettleError("invalid-input", "The cursor does not belong to this list.", {
    fields: [
      {
        pointer: "?cursor",
        code: "invalid-cursor",
        message: "It was made by another query, or is damaged.",
        hint: "Start again without a cursor, keeping filter and order the same from page to page.",
      },
    ],
  });
}

/** Short, however long the filter: a cursor travels in a URL. */
function digest(query: unknown): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 22);
}
