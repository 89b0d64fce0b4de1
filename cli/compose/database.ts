import { join } from "node:path";
import type { FettleError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Store } from "../../core/store.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../store/embedded.ts";
import { type ConnectOptions, connect } from "../../store/postgres/connect.ts";
import { createPostgresStore } from "../../store/postgres/index.ts";
import { migrate } from "../../store/postgres/migrate.ts";
import { settleRestoredEvents } from "../../store/postgres/restored-events.ts";

export interface Database {
  url: string;
  store: Store;
  /** Whether another process runs the embedded server. */
  adopted: boolean;
  /** Resolves when the embedded server has gone; never with DATABASE_URL, where connections are simply made anew. */
  lost: Promise<FettleError>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Absent: the embedded server in `dataDir`. */
  databaseUrl: string | undefined;
  dataDir: string;
  /** Shown in pg_stat_activity. */
  role: string;
  log: Log;
}

const CONNECTIONS = 16;
/** Turns hold a transaction open while an algorithm thinks. */
const TURN_CONNECTIONS = 6;

/** Opens the database, brings its schema up to date, and makes the store on it. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, role, log } = options;
  const embedded = databaseUrl === undefined ? await startEmbedded(options.dataDir, log) : null;
  const url = databaseUrl ?? (embedded as EmbeddedPostgres).url;
  const sql = connect(url, connectOptions(CONNECTIONS, `fettle ${role}`));
  const turns = connect(url, connectOptions(TURN_CONNECTIONS, `fettle ${role} turns`));
  const store = createPostgresStore(sql, { turns });
  const close = async () => {
    await store.close();
    await embedded?.stop();
  };
  try {
    const applied = await migrate(sql);
    if (applied.length > 0) log.info({ applied }, "database schema brought up to date");
    const moved = await settleRestoredEvents(sql);
    if (moved > 0)
      log.info({ moved }, "the log comes from another server; the event stream goes on behind it");
  } catch (error) {
    await close();
    throw error;
  }
  const lost = embedded?.lost ?? new Promise<FettleError>(() => undefined);
  return { url, store, adopted: embedded?.adopted ?? false, lost, close };
}

/** The server of a data directory: started here, or adopted from the process that runs it. */
export function startEmbedded(dataDir: string, log: Log): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(dataDir, "postgres"), log });
}

function connectOptions(max: number, applicationName: string): ConnectOptions {
  return {
    max,
    applicationName,
    statementTimeoutMs: 30_000,
    lockTimeoutMs: 10_000,
    idleInTransactionTimeoutMs: 60_000,
  };
}
