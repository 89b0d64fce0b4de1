import type { FettleError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Store } from "../../core/store.ts";
import type { Config } from "../config.ts";
import { openDatabase } from "./database.ts";
import { openQueue } from "./queue.ts";

/** The parts that one process runs on its own database and queue. */
export interface Service {
  store: Store;
  /** Of the API; null where only the scheduler runs. */
  url: string | null;
  /** Resolves when the embedded database has gone: the process can only end. */
  lost: Promise<FettleError>;
  /** In order, waiting for what is under way. Safe to call again. */
  close(): Promise<void>;
}

export interface ServiceParts {
  api: boolean;
  scheduler: boolean;
}

/** Starts the API, the scheduler or both; whatever was started is closed again when a later part fails. */
export async function startService(config: Config, parts: ServiceParts, log: Log): Promise<Service> {
  const closers: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll(closers));
  try {
    // Loading the parts' code takes as long as starting the database, so both happen at once.
    const loaded = Promise.all([
      parts.api ? import("./server.ts") : null,
      parts.scheduler ? import("./scheduler.ts") : null,
      config.redisUrl === undefined ? import("../../queue/postgres.ts") : null,
    ]);
    const role = parts.api ? (parts.scheduler ? "up" : "serve") : "schedule";
    const { databaseUrl, dataDir } = config;
    const database = await openDatabase({ databaseUrl, dataDir, role, log });
    closers.push(database.close);
    const queue = await openQueue(config, database.url, log);
    closers.push(() => queue.close());
    const [api, scheduling] = await loaded;
    const { store } = database;
    const scheduler = scheduling?.openScheduler(config, { store, queue, log });
    if (scheduler !== undefined) closers.push(() => scheduler.stop());
    const server = await api?.startServer(config, { store, queue, log });
    if (server !== undefined) closers.push(() => server.close());
    return { store, url: server?.url ?? null, lost: database.lost, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
