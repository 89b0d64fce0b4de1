import { z } from "zod";
import { ERROR_CODES, type ErrorCode, FettleError, messageOf } from "../core/errors.ts";
import { stringifyWire } from "../core/number.ts";
import {
  type ClaimReply,
  type ClaimRequest,
  claimReplySchema,
  type HeartbeatReply,
  type HeartbeatRequest,
  heartbeatReplySchema,
  type Intervals,
  logReplySchema,
  type RegisterReply,
  type RegisterRequest,
  type ReportReply,
  type ReportRequest,
  type ResultRequest,
  registerReplySchema,
  reportReplySchema,
  resultReplySchema,
} from "../core/protocol.ts";

/**
 * The agent's side of the wire. One method a route, each one request: retries are the caller's, for only it knows
 * whether its lease still allows one. Every failure is a RequestError.
 */

/** Longest wait for a reply. Long enough for a busy server, short enough that a half-open connection is noticed. */
const REPLY_TIMEOUT_MS = 15_000;

/** The same, at the pace that the server asks for: a beat without a reply is given up in time for the next but one. */
export function replyTimeoutMs({ heartbeatMs }: Pick<Intervals, "heartbeatMs">): number {
  return Math.min(REPLY_TIMEOUT_MS, heartbeatMs * 1.5);
}

export interface AttemptRef {
  trialId: string;
  attempt: number;
}

/** An attempt with the session that claimed it: what tells it from other agents'. */
export interface HeldAttempt extends AttemptRef {
  session: string;
}

export interface RequestOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface AgentClient {
  register(request: RegisterRequest, options?: RequestOptions): Promise<RegisterReply>;
  /** Waits for `waitMs` more than the usual: it is a long-poll. */
  claim(agentId: string, request: ClaimRequest, options?: RequestOptions): Promise<ClaimReply>;
  heartbeat(agentId: string, request: HeartbeatRequest, options?: RequestOptions): Promise<HeartbeatReply>;
  report(attempt: HeldAttempt, request: ReportRequest, options?: RequestOptions): Promise<ReportReply>;
  /** Returns the number of bytes that the server has: where to send on from. */
  appendLog(
    attempt: HeldAttempt,
    offset: number,
    bytes: Uint8Array,
    options?: RequestOptions,
  ): Promise<number>;
  finish(attempt: HeldAttempt, result: ResultRequest, options?: RequestOptions): Promise<void>;
  /** Returns where to send on from. `sender`: who ran the attempt. */
  appendCheckpoint(
    attempt: AttemptRef,
    sender: { agentId: string; session: string },
    part: UploadPart,
    options?: RequestOptions,
  ): Promise<number>;
  /** Bytes of an archive from `offset` on; none at its end. */
  readCheckpoint(attempt: AttemptRef, offset: number, options?: RequestOptions): Promise<Uint8Array>;
}

/** A stretch of the archive of a checkpoint. */
export interface UploadPart {
  offset: number;
  /** Nothing follows. */
  last: boolean;
  bytes: Uint8Array;
}

/** What the caller can do about a failed request. */
export type Remedy =
  /** Network, 5xx, 429: send the same again, later. */
  | "retry"
  /** The attempt is not this agent's any more: kill it, report nothing. */
  | "stale-attempt"
  /** A newer agent of this name is served: end. */
  | "stale-session"
  /** The server forgot this agent: register again. */
  | "register"
  /** Sending the same again cannot help. */
  | "refused";

export class RequestError extends FettleError {
  readonly remedy: Remedy;
  /** From Retry-After; null when the server did not say. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, retryAfterMs: number | null = null, cause?: unknown) {
    super(code, message, { cause });
    this.remedy = remedyOf(code);
    this.retryAfterMs = retryAfterMs;
  }
}

function remedyOf(code: ErrorCode): Remedy {
  if (code === "stale-attempt" || code === "stale-session") return code;
  if (code === "agent-unknown") return "register";
  const { status } = ERROR_CODES[code];
  return status >= 500 || status === 429 ? "retry" : "refused";
}

/** `url`: the server's base URL. `token`: bearer token, not needed by a server that asks for none. */
export function createClient(url: string, token: string | undefined): AgentClient {
  const base = `${url.replace(/\/+$/, "")}/v1`;
  const post = async (path: string, body: Body, options: RequestOptions = {}) =>
    parseJson(await send(`${base}${path}`, body, token, options));
  const attemptPath = ({ trialId, attempt }: AttemptRef) => `/attempts/${trialId}/${attempt}`;
  return {
    register: async (request, options) =>
      parse(registerReplySchema, await post("/agents", json(request), options)),
    claim: async (agentId, request, options = {}) => {
      const timeoutMs = request.waitMs + (options.timeoutMs ?? REPLY_TIMEOUT_MS);
      return parse(
        claimReplySchema,
        await post(`/agents/${agentId}/claim`, json(request), { ...options, timeoutMs }),
      );
    },
    heartbeat: async (agentId, request, options) =>
      parse(heartbeatReplySchema, await post(`/agents/${agentId}/heartbeat`, json(request), options)),
    report: async (attempt, request, options) =>
      parse(
        reportReplySchema,
        await post(`${attemptPath(attempt)}/metrics?session=${attempt.session}`, json(request), options),
      ),
    appendLog: async (attempt, offset, bytes, options) => {
      const reply = await post(
        `${attemptPath(attempt)}/log?session=${attempt.session}&offset=${offset}`,
        octets(bytes),
        options,
      );
      return parse(logReplySchema, reply).nextOffset;
    },
    finish: async (attempt, result, options) => {
      parse(
        resultReplySchema,
        await post(`${attemptPath(attempt)}/result?session=${attempt.session}`, json(result), options),
      );
    },
    appendCheckpoint: async (attempt, { agentId, session }, { offset, last, bytes }, options) => {
      const query = `agent=${agentId}&session=${session}&offset=${offset}&last=${last}`;
      const reply = await post(`${attemptPath(attempt)}/checkpoint?${query}`, octets(bytes), options);
      return parse(logReplySchema, reply).nextOffset;
    },
    readCheckpoint: (attempt, offset, options = {}) =>
      send(`${base}${attemptPath(attempt)}/checkpoint?offset=${offset}`, null, token, options),
  };
}

const JSON_TYPE = "application/json";

interface Body {
  type: string;
  content: string | Uint8Array;
}

function json(value: unknown): Body {
  return { type: JSON_TYPE, content: stringifyWire(value) };
}

function octets(content: Uint8Array): Body {
  return { type: "application/octet-stream", content };
}

/** `body` null: a GET. The reply's bytes. */
async function send(
  url: string,
  body: Body | null,
  token: string | undefined,
  options: RequestOptions,
): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? REPLY_TIMEOUT_MS);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const headers: Record<string, string> =
    body === null ? {} : { "content-type": body.type, accept: JSON_TYPE };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  try {
    const reply = await fetch(url, {
      method: body === null ? "GET" : "POST",
      headers,
      body: body?.content ?? null,
      signal,
      redirect: "error",
    });
    const bytes = new Uint8Array(await reply.arrayBuffer());
    if (!reply.ok) throw refusal(reply, Buffer.from(bytes).toString());
    return bytes;
  } catch (error) {
    if (error instanceof RequestError) throw error;
    // fetch hides the reason ("fetch failed") in `cause`.
    const reason =
      error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new RequestError(
      "server-unreachable",
      `${new URL(url).origin} did not answer: ${reason}`,
      null,
      error,
    );
  }
}

const problemSchema = z.object({
  code: z.string(),
  detail: z.string().optional(),
  title: z.string().optional(),
});

function refusal(reply: Response, text: string): RequestError {
  const retryAfterMs = retryAfter(reply.headers.get("retry-after"));
  const problem = problemSchema.safeParse(parseOrNull(text));
  if (!problem.success || !isErrorCode(problem.data.code)) {
    return new RequestError(codeOfStatus(reply.status), `HTTP ${reply.status} from the server`, retryAfterMs);
  }
  const { code, detail, title } = problem.data;
  return new RequestError(code, detail ?? title ?? code, retryAfterMs);
}

/** Proxies in between answer without a code. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return "unauthenticated";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 413) return "payload-too-large";
  if (status === 429) return "too-many-requests";
  return status === 408 || status >= 500 ? "server-unreachable" : "invalid-input";
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** Delay-seconds only; the HTTP-date form would need a wall clock that both sides share. */
function retryAfter(header: string | null): number | null {
  if (header === null || !/^\d{1,6}$/.test(header)) return null;
  return Number(header) * 1000;
}

/** A body that is no JSON is a proxy's page: nothing can be concluded from it. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw new RequestError(
      "server-unreachable",
      `the reply is not Fettle's: ${messageOf(error)}`,
      null,
      error,
    );
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, reply: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  // Another version's server, or a proxy's page. Nothing can be concluded from it, least of all that a trial is over.
  throw new RequestError("server-unreachable", `the reply is not Fettle's: ${z.prettifyError(parsed.error)}`);
}
