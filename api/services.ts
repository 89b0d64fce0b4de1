import type { Log } from "../core/log.ts";
import type { Intervals } from "../core/protocol.ts";
import type { Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import type { WebhookSender } from "../core/webhook.ts";

/** What the API is handed by whoever composes the process. */
export interface Services {
  store: Store;
  queue: Queue;
  auth: AuthConfig;
  /** Judges webhooks' URLs and sends tests. */
  webhooks: WebhookSender;
  intervals: Intervals;
  limits: Limits;
  /** Absolute path of the directory of the built dashboard. */
  web?: string;
  /** Fettle's version. */
  version: string;
  log: Log;
  /** Milliseconds since the epoch. */
  now: () => number;
  randomBytes: (size: number) => Uint8Array;
}

/**
 * Who may call. `open-loopback`: requests without a token act as admin, but only from this machine. `token`: every
 * request needs a bearer token.
 */
export interface AuthConfig {
  mode: "open-loopback" | "token";
  /** SHA-256 of an admin token that lives in the configuration and not in the database. */
  adminTokenHash?: Uint8Array;
  /**
   * Names, without port, that the Host header may carry beside those of loopback. Absent in mode `token`: any, for a
   * bearer token is never sent by a browser on its own.
   */
  allowedHosts?: readonly string[];
}

/** Bounds on what one request, or all together, can take. Sizes in bytes. */
export interface Limits {
  body: number;
  metricsBody: number;
  logChunk: number;
  /** Stored log of one attempt. */
  logCap: number;
  /** Requests that wait in long-polls at the same time. */
  waiting: number;
  /** Clients of the event stream at the same time. */
  eventClients: number;
  /** What may wait for a slow client of the event stream. */
  eventBuffer: number;
  /** Milliseconds in which it must take some of that. */
  eventStallMs: number;
  /** Milliseconds after which its token is looked at again. */
  eventAccessMs: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  body: MIB,
  metricsBody: 4 * MIB,
  logChunk: MIB,
  logCap: 64 * MIB,
  waiting: 5000,
  eventClients: 500,
  eventBuffer: 256 * 1024,
  eventStallMs: 10_000,
  eventAccessMs: 5000,
};
