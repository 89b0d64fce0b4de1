import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ERROR_CODES, type ErrorCode, FettleError } from "../core/errors.ts";
import type { EventResource } from "../core/resources.ts";
import { ServerError } from "./failure.ts";
import { readEvents } from "./server-sent-events.ts";

export type Query = Record<string, string | number | boolean | undefined>;

/** The API as a client of it sees it: JSON in, JSON out, every failure a FettleError. */
export interface Client {
  readonly url: string;
  get<Reply>(path: string, query?: Query): Promise<Reply>;
  /** Sent again after a broken connection; the Idempotency-Key makes that safe. */
  post<Reply>(path: string, body?: unknown): Promise<Reply>;
  /** `etag`: applied only to the version that was read. */
  patch<Reply>(path: string, body: unknown, options?: { query?: Query; etag?: string }): Promise<Reply>;
  /** Undefined where the server answers without content. */
  delete<Reply>(path: string): Promise<Reply>;
  /** The bytes of a reply as they come. */
  stream(path: string, query?: Query): Promise<AsyncIterable<Uint8Array>>;
  /** Events as they are decided, resumed after a broken connection, until `signal` aborts. */
  events(query: Query, signal: AbortSignal): AsyncIterable<EventResource>;
}

export interface ClientOptions {
  url: string;
  token: string | undefined;
}

const REPLY_TIMEOUT_MS = 60_000;
const RETRY_AFTER_MS = [200, 1000];
const RECONNECT_MS = 1000;

export function createClient({ url, token }: ClientOptions): Client {
  const authorization: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function send(method: string, path: string, init: SendInit = {}): Promise<Response> {
    const { query = {}, headers = {}, body, signal } = init;
    const target = `${url}${path}${queryText(query)}`;
    const sent: RequestInit = {
      method,
      headers: { accept: "application/json", ...authorization, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? AbortSignal.timeout(REPLY_TIMEOUT_MS),
    };
    const reply = await withRetries(() => fetch(target, sent), url);
    if (!reply.ok) throw await failureOf(reply);
    return reply;
  }

  const json = async <Reply>(method: string, path: string, init?: SendInit) => {
    const reply = await send(method, path, init);
    return (reply.status === 204 ? undefined : await reply.json()) as Reply;
  };

  async function* follow(query: Query, signal: AbortSignal): AsyncIterable<EventResource> {
    let lastEventId: string | undefined;
    while (!signal.aborted) {
      try {
        const reply = await send("GET", "/v1/events", { query: { ...query, lastEventId }, signal });
        for await (const { id, event, data } of readEvents(bodyOf(reply))) {
          lastEventId = id ?? lastEventId;
          if (data !== "" && event !== "reset") yield JSON.parse(data) as EventResource;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof FettleError && error.status < 500) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }

  return {
    url,
    get: (path, query = {}) => json("GET", path, { query }),
    post: (path, body = {}) =>
      json("POST", path, { body, headers: { ...JSON_TYPE, "idempotency-key": randomUUID() } }),
    patch: (path, body, { query = {}, etag } = {}) =>
      json("PATCH", path, {
        query,
        body,
        headers: {
          "content-type": "application/merge-patch+json",
          ...(etag === undefined ? {} : { "if-match": etag }),
        },
      }),
    delete: (path) => json("DELETE", path),
    stream: async (path, query = {}) =>
      bodyOf(await send("GET", path, { query, signal: new AbortController().signal })),
    events: follow,
  };
}

const JSON_TYPE = { "content-type": "application/json" };

interface SendInit {
  query?: Query;
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

function bodyOf(reply: Response): AsyncIterable<Uint8Array> {
  return (reply.body ?? []) as AsyncIterable<Uint8Array>;
}

/** Tries again when a connection broke; not when nobody listens, which another try would not change. */
async function withRetries(attempt: () => Promise<Response>, url: string): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (cause) {
      const code = networkCode(cause);
      const waitMs = RETRY_AFTER_MS[tries];
      if (code === "ECONNREFUSED" || code === null || waitMs === undefined)
        throw unreachable(url, code, cause);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** Null for what is no failure of the network: a timeout, or an abort. */
function networkCode(error: unknown): string | null {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  return cause?.code ?? null;
}

function unreachable(url: string, code: string | null, cause: unknown): FettleError {
  return new FettleError(
    "server-unreachable",
    `No Fettle server answers at ${url}${code ? ` (${code})` : ""}.`,
    {
      cause,
      hint: "Start one with `fettle up`, or name another with --url or FETTLE_URL.",
    },
  );
}

const problemSchema = z.object({
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional(),
  requestId: z.string().optional(),
  errors: z
    .array(
      z.object({ pointer: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() }),
    )
    .optional(),
});

async function failureOf(reply: Response): Promise<FettleError> {
  const text = await reply.text();
  const problem = problemSchema.safeParse(parsed(text));
  if (!problem.success) {
    return new FettleError(
      "server-unreachable",
      `${reply.url} answered ${reply.status}, and not as Fettle does.`,
      {
        hint: "Check --url: something else may listen there.",
      },
    );
  }
  const { code, detail, hint, requestId, errors = [] } = problem.data;
  return new ServerError(code in ERROR_CODES ? (code as ErrorCode) : "internal", detail, {
    requestId: requestId ?? null,
    ...(hint === undefined ? {} : { hint }),
    fields: errors.map(({ hint: way, ...field }) => (way === undefined ? field : { ...field, hint: way })),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
