/** One field of an input that broke a rule: where it is, which rule, and the way out. */
export interface FieldError {
  /** JSON pointer (RFC 6901) into the document that was sent; "" is the whole document. */
  pointer: string;
  /** Stable, lower-case, dash-separated; documented in docs/errors.md. */
  code: string;
  /** What is wrong, with the offending value. */
  message: string;
  /** What to write instead. */
  hint?: string;
}

/**
 * Every error that Fettle raises on purpose. `code` is stable and documented in docs/errors.md, `status` is the
 * HTTP status that the API answers with, `fields` names each offending field.
 */
export class FettleError extends Error {
  override readonly name = "FettleError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly fields: readonly FieldError[];
  /** What the caller can do about it, in one sentence. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: FettleErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = ERROR_CODES[code].status;
    this.fields = options.fields ?? [];
    this.hint = options.hint;
  }
}

export interface FettleErrorOptions {
  cause?: unknown;
  fields?: readonly FieldError[];
  hint?: string;
}

/**
 * The closed table of error codes: HTTP status and what the code means. docs/errors.md is generated from it.
 * A code is never renamed: clients branch on it.
 */
export const ERROR_CODES = {
  "invalid-input": {
    status: 400,
    meaning: "The request does not match the schema; `errors` names each field.",
  },
  "invalid-study": { status: 422, meaning: "The study can never run as written; `errors` names each field." },
  "invalid-params": { status: 422, meaning: "The parameter values do not lie in the study's search space." },
  "unsupported-media-type": {
    status: 415,
    meaning: "The body must be `application/json` (log chunks: `application/octet-stream`).",
  },
  "payload-too-large": { status: 413, meaning: "The body is larger than the route accepts." },
  unauthenticated: {
    status: 401,
    meaning: "A bearer token is needed, or the one sent is unknown, expired or revoked.",
  },
  forbidden: { status: 403, meaning: "The token's scope does not cover this action." },
  "not-found": { status: 404, meaning: "No such study, trial, agent, token or route." },
  "method-not-allowed": { status: 405, meaning: "The path exists, but not with this method." },
  "already-exists": { status: 409, meaning: "A study of that name exists in the project." },
  conflict: { status: 409, meaning: "The object's state does not allow this action." },
  "stale-attempt": {
    status: 409,
    meaning: "The attempt is no longer the trial's current one; nothing was changed. Kill its process.",
  },
  "stale-session": {
    status: 409,
    meaning: "A newer agent registered under this name; this one is no longer served.",
  },
  "agent-unknown": { status: 404, meaning: "The server does not know this agent session; register again." },
  "precondition-failed": {
    status: 412,
    meaning: "`If-Match` does not match: the object changed since it was read.",
  },
  "idempotency-mismatch": {
    status: 422,
    meaning: "The Idempotency-Key was used before with another request.",
  },
  "limit-exceeded": {
    status: 422,
    meaning: "The request goes past a stated limit (metric names, points, log bytes).",
  },
  "too-many-requests": {
    status: 429,
    meaning: "Too many requests at once; `Retry-After` says when to try again.",
  },
  "misdirected-host": { status: 421, meaning: "The Host header is not one that this server answers for." },
  "cross-origin": { status: 403, meaning: "A browser on another origin sent an unsafe request." },
  "invalid-config": { status: 500, meaning: "The service's configuration is wrong; it refuses to start." },
  "unsafe-listen": {
    status: 500,
    meaning: "The API refuses to listen beyond loopback without authentication.",
  },
  "embedded-postgres": { status: 500, meaning: "The embedded PostgreSQL could not be started or adopted." },
  "algorithm-failed": { status: 500, meaning: "A search algorithm threw or passed its deadline." },
  "replay-mismatch": {
    status: 500,
    meaning: "Replaying the study's log did not give the recorded suggestion.",
  },
  "server-unreachable": { status: 503, meaning: "The Fettle server did not answer." },
  "store-unavailable": {
    status: 503,
    meaning:
      "PostgreSQL does not answer. A change under way may have been made or not; retry after the given time.",
  },
  internal: { status: 500, meaning: "A defect of Fettle; the log holds the request id." },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
