import type { FastifyInstance, FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";
import { parseJson, parseJsonLines } from "./json-body.ts";
import type { BodyType } from "./route.ts";

const JSON_TYPE = /^application\/json(?: *; *charset=utf-8)?$/i;
const LINES_TYPE = /^application\/x-ndjson(?: *; *charset=utf-8)?$/i;
const MERGE_PATCH_TYPE = /^application\/merge-patch\+json(?: *; *charset=utf-8)?$/i;
const OCTETS_TYPE = /^application\/octet-stream$/i;

const ALLOWED: Readonly<Record<BodyType, readonly RegExp[]>> = {
  json: [JSON_TYPE],
  "merge-patch": [MERGE_PATCH_TYPE, JSON_TYPE],
  octets: [OCTETS_TYPE],
  points: [JSON_TYPE, LINES_TYPE],
};

/** For the OpenAPI document. */
export const MEDIA_TYPES: Readonly<Record<BodyType, string>> = {
  json: "application/json",
  "merge-patch": "application/merge-patch+json",
  octets: "application/octet-stream",
  points: "application/json",
};

/**
 * Nothing but the exact media types of the route, before a byte of the body is read: a parser that is chosen by a
 * sloppy header is how validation gets bypassed.
 * @throws FettleError "unsupported-media-type".
 */
export function guardMediaType(request: FastifyRequest, bodyType: BodyType): void {
  const { headers } = request;
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  const type = headers["content-type"];
  if (type === undefined && !hasBody) return;
  if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity") {
    throw new FettleError("unsupported-media-type", "Compressed bodies are not accepted.");
  }
  if (type !== undefined && ALLOWED[bodyType].some((allowed) => allowed.test(type))) return;
  const wanted = MEDIA_TYPES[bodyType];
  throw new FettleError(
    "unsupported-media-type",
    type === undefined
      ? "The body has no Content-Type."
      : `Content-Type "${type.slice(0, 100)}" is not accepted.`,
    { hint: `Send \`Content-Type: ${wanted}\`.` },
  );
}

/** Registers the parsers; an empty body is `undefined`. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const add = (type: string, parse: (body: Buffer) => unknown) =>
    app.addContentTypeParser(type, { parseAs: "buffer" }, async (_request: FastifyRequest, body: Buffer) =>
      body.byteLength === 0 ? undefined : parse(body),
    );
  add("application/json", parseJson);
  add("application/merge-patch+json", parseJson);
  add("application/x-ndjson", (body) => ({ points: parseJsonLines(body) }));
  add("application/octet-stream", (body) => body);
}
