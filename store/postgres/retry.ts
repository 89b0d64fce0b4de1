import { FettleError } from "../../core/errors.ts";
import type { Rng } from "../../core/rng.ts";

const MAX_RETRIES = 5;
const FIRST_BACKOFF_MS = 25;

/** Deadlock, serialization failure, lock timeout: another session was in the way, the same work can succeed next. */
const CONTENTION = new Set(["40P01", "40001", "55P03"]);

/** The server ended the session, is starting or stopping, has no place left; or the socket is gone. */
const OUTAGE = new Set([
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** Whether the error says that PostgreSQL cannot be reached now, not that the statement was wrong. */
export function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (OUTAGE.has(code) || code.startsWith("08"));
}

/**
 * Runs `work`, again after contention or a lost connection: at most five times more, after a random wait that doubles.
 * A commit whose answer was lost may have happened, so `work` must be idempotent.
 * @throws FettleError "store-unavailable" when PostgreSQL stays away; anything else as it came.
 */
export async function withRetry<Value>(work: () => Promise<Value>, random: Rng): Promise<Value> {
  for (let retries = 0; ; retries++) {
    try {
      return await work();
    } catch (cause) {
      const outage = isOutage(cause);
      if (!outage && !CONTENTION.has(codeOf(cause) ?? "")) throw cause;
      if (retries === MAX_RETRIES) throw outage ? storeUnavailable(cause) : cause;
      const waitMs = FIRST_BACKOFF_MS * 2 ** retries * (0.5 + random() / 2);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function storeUnavailable(cause: unknown): FettleError {
  return new FettleError("store-unavailable", "PostgreSQL does not answer.", {
    cause,
    hint: "Try again in a few seconds; check that the server of DATABASE_URL is running.",
  });
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
