import type { FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";

/** The version that If-Match asks for; null without the header or with `*`. @throws FettleError "invalid-input". */
export function ifMatch(request: FastifyRequest): number | null {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return null;
  const match = /^"(\d{1,9})"$/.exec(header);
  if (match) return Number(match[1]);
  throw new FettleError("invalid-input", "If-Match is no ETag of a study.", {
    hint: 'Send the ETag of a GET, as in `If-Match: "3"`.',
  });
}
