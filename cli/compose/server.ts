import { randomBytes } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { createApp } from "../../api/app.ts";
import { assertSafeListen } from "../../api/loopback.ts";
import { DEFAULT_LIMITS } from "../../api/services.ts";
import { FettleError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Queue } from "../../core/queue.ts";
import type { Store } from "../../core/store.ts";
import type { Config } from "../config.ts";
import { dashboardFolder } from "../dashboard.ts";
import { VERSION } from "../package.ts";
import { authOf } from "./auth.ts";
import { intervalsOf } from "./intervals.ts";
import { openWebhooks } from "./webhooks.ts";

export interface Server {
  /** As a client on this machine reaches it. */
  url: string;
  close(): Promise<void>;
}

export interface ServerParts {
  store: Store;
  queue: Queue;
  log: Log;
}

/** The API, listening. @throws FettleError "unsafe-listen"; "invalid-config" when the address cannot be had. */
export async function startServer(config: Config, parts: ServerParts): Promise<Server> {
  const auth = authOf(config);
  assertSafeListen(config.host, auth);
  const web = dashboardFolder();
  const app = await createApp({
    ...parts,
    auth,
    webhooks: openWebhooks(config),
    intervals: intervalsOf(config),
    limits: DEFAULT_LIMITS,
    version: VERSION,
    ...(web === null ? {} : { web }),
    now: Date.now,
    randomBytes,
  });
  const closeUnused = trackUnused(app.server);
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    await app.close();
    throw listenError(config, cause);
  }
  const close = async () => {
    closeUnused();
    await app.close();
  };
  return { url: urlOf(app, config.host), close };
}

/**
 * Clients open connections ahead of need. One that never carried a request is not "idle" to Node, and would hold up the
 * end until the drain's deadline. Returns what closes those.
 */
function trackUnused(server: HttpServer): () => void {
  const unused = new Set<Socket>();
  let closing = false;
  server.on("connection", (socket: Socket) => {
    if (closing) return void socket.destroy();
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", ({ socket }) => unused.delete(socket));
  return () => {
    closing = true;
    for (const socket of unused) socket.destroy();
  };
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function listenError({ host, port }: Pick<Config, "host" | "port">, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") {
    return new FettleError("invalid-config", `Port ${port} on ${host} is in use by another program.`, {
      cause,
      hint: "Choose another with --port; 0 picks a free one.",
    });
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new FettleError("invalid-config", `Cannot listen on ${host}:${port} (${code}).`, {
      cause,
      hint: "Choose another address with --host, or another port with --port.",
    });
  }
  return cause;
}
