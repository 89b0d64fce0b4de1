import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { FettleError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { stringifyWire } from "../core/number.ts";
import type { AccessStore } from "../core/store.ts";
import type { Principal } from "./principal.ts";

/** An answer as it is kept under its key. */
export interface KeptAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Json;
  /** It was given before. */
  replayed: boolean;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The Idempotency-Key of a request; null without one. @throws FettleError "invalid-input". */
export function idempotencyKey(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && KEY.test(key)) return key;
  throw new FettleError("invalid-input", "Idempotency-Key must be 1 to 255 visible ASCII characters.");
}

/**
 * Does `work` at most once for each (principal, key): a repeated request gets the first one's answer. Until that is
 * there, and for good when the first one failed halfway or died, it gets a "conflict" that says which. A refused request
 * changed nothing and frees the key.
 * @throws FettleError "idempotency-mismatch" when the key came with another request.
 */
export async function onlyOnce(
  store: AccessStore,
  principal: Principal,
  key: string,
  request: FastifyRequest,
  work: () => Promise<Omit<KeptAnswer, "replayed">>,
): Promise<KeptAnswer> {
  const reserved = await store.reserveKey(principal.id, key, requestHash(request));
  if (reserved.type === "busy" || reserved.type === "abandoned") throw withoutAnswer(reserved.type);
  if (reserved.type === "replay") {
    const { headers, body } = reserved.response as unknown as Pick<KeptAnswer, "headers" | "body">;
    return { status: reserved.status, headers, body, replayed: true };
  }
  const answer = await work().catch(async (error: unknown) => {
    // After any other failure, a database that went away included, nobody knows what was done: the key stays taken.
    if (isRefusal(error)) await store.releaseKey(principal.id, key).catch(() => undefined);
    throw error;
  });
  // As it will be read back: non-finite numbers as strings.
  const body = JSON.parse(stringifyWire(answer.body ?? null)) as Json;
  await store.saveResponse(principal.id, key, answer.status, { headers: answer.headers, body });
  return { ...answer, replayed: false };
}

/** Raised before anything was written, or with its transaction undone. */
function isRefusal(error: unknown): boolean {
  return error instanceof FettleError && error.status < 500;
}

function withoutAnswer(type: "busy" | "abandoned"): FettleError {
  if (type === "busy") {
    return new FettleError("conflict", "The first request with this Idempotency-Key has no answer yet.", {
      hint: "Repeat the request in a second; after a minute its outcome counts as unknown.",
    });
  }
  return new FettleError(
    "conflict",
    "The first request with this Idempotency-Key ended without an answer; whether it was carried out is not known.",
    {
      hint: "Read what it was to create or change. If that was not done, send the request again with a new key.",
    },
  );
}

function requestHash(request: FastifyRequest): string {
  const { method, url, body } = request;
  return createHash("sha256")
    .update(`${method} ${url}\n${stringifyWire(body) ?? ""}`)
    .digest("hex");
}
