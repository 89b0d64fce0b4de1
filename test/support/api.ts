import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { createApp } from "../../api/app.ts";
import { type AuthConfig, DEFAULT_LIMITS, type Limits, type Services } from "../../api/services.ts";
import { hashToken } from "../../api/token.ts";
import { FettleError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { DEFAULT_INTERVALS, scaleIntervals } from "../../core/protocol.ts";
import type { Queue, QueueName } from "../../core/queue.ts";
import type { Scope } from "../../core/resources.ts";
import type { Store } from "../../core/store.ts";
import { silentLog } from "./log.ts";
import { LOCAL_WEBHOOKS } from "./webhooks.ts";

export const ADMIN_TOKEN = "an-admin-token-from-the-configuration";

export interface ApiOptions {
  auth?: AuthConfig;
  limits?: Partial<Limits>;
  store?: Store;
  queue?: Queue;
  webhooks?: Services["webhooks"];
  log?: Services["log"];
  web?: string;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  body: any;
}

export interface CallOptions {
  token?: string;
  headers?: Readonly<Record<string, string>>;
  /** Instead of JSON. */
  raw?: string | Buffer;
}

export interface TestApi {
  app: FastifyInstance;
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Listens on loopback; the base URL. */
  listen(): Promise<string>;
  /** A token of a scope; needs a store. */
  token(scope: Exclude<Scope, "attempt">): Promise<string>;
  close(): Promise<void>;
}

/** The API on the parts given; without a store, one that never answers. Intervals are a twentieth of the defaults. */
export async function startApi(options: ApiOptions = {}): Promise<TestApi> {
  const app = await createApp({
    store: options.store ?? absentStore(),
    queue: options.queue ?? recordingQueue(),
    auth: options.auth ?? { mode: "open-loopback" },
    webhooks: options.webhooks ?? LOCAL_WEBHOOKS,
    intervals: scaleIntervals(DEFAULT_INTERVALS, 20),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    version: "0.0.0-test",
    ...(options.web === undefined ? {} : { web: options.web }),
    log: options.log ?? silentLog,
    now: Date.now,
    randomBytes,
  });
  const call: TestApi["call"] = async (method, path, body, { token, headers = {}, raw } = {}) => {
    const reply = await app.inject({
      method: method as "GET",
      url: path,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(raw === undefined
        ? body === undefined
          ? {}
          : { payload: JSON.stringify(body) }
        : { payload: raw }),
    });
    const isJson =
      /json/.test(String(reply.headers["content-type"])) &&
      !/ndjson/.test(String(reply.headers["content-type"]));
    return {
      status: reply.statusCode,
      headers: reply.headers as Answer["headers"],
      text: reply.body,
      body: isJson && reply.body !== "" ? JSON.parse(reply.body) : undefined,
    };
  };
  return {
    app,
    call,
    listen: () => app.listen({ host: "127.0.0.1", port: 0 }),
    async token(scope) {
      const made = await call("POST", "/v1/tokens", { name: `test-${scope}`, scope }, { token: ADMIN_TOKEN });
      return made.body.token;
    },
    close: () => app.close(),
  };
}

export const TOKEN_AUTH: AuthConfig = { mode: "token", adminTokenHash: hashToken(ADMIN_TOKEN) };

/** A store that is away: every call fails as a database that does not answer. */
export function absentStore(): Store {
  const refuse = async () => {
    throw new FettleError("store-unavailable", "There is no store in this test.");
  };
  return new Proxy({} as Store, { get: () => refuse });
}

export interface RecordingQueue extends Queue {
  published: { queue: QueueName; data: Json }[];
  /** Queues that somebody consumes now. */
  consumed: Set<QueueName>;
  /** Hands a hint to a consumer, as the backend would. */
  deliver(queue: QueueName, data: Json): Promise<void>;
}

/** The queue port in memory: notes what is published and delivers when told. */
export function recordingQueue(backend: Queue["backend"] = "redis"): RecordingQueue {
  const published: RecordingQueue["published"] = [];
  const handlers = new Map<QueueName, (data: Json) => Promise<void>>();
  const consumed = new Set<QueueName>();
  return {
    backend,
    published,
    consumed,
    publish: async (queue, data) => void published.push({ queue, data }),
    consume(queue, handler) {
      handlers.set(queue, handler);
      consumed.add(queue);
      return {
        pause: async () => void consumed.delete(queue),
        resume: async () => void consumed.add(queue),
        close: async () => void consumed.delete(queue),
      };
    },
    deliver: async (queue, data) => (consumed.has(queue) ? handlers.get(queue)?.(data) : undefined),
    onReady: () => () => undefined,
    maintain: async () => undefined,
    health: () => ({ up: true }),
    close: async () => undefined,
  };
}
