import { Queue as BullQueue, createPostgresBackend, runMigrations, Worker } from "bullmq";
import { Pool } from "pg";
import { type Backend, QUEUE_OPTIONS, type WorkerTiming, workerOptions } from "./backend.ts";

/** BullMQ's own schema; with a pool of ours it cannot be another one. */
const SCHEMA = "bullmq";
/** Connections for statements. Each worker keeps one more, on which it is told of new jobs. */
const SHARED_CONNECTIONS = 4;

/** BullMQ on PostgreSQL: one pool for all queues and workers. */
export function postgresBackend(url: string, timing: WorkerTiming, onError: (error: Error) => void): Backend {
  const pool = new Pool({
    connectionString: url,
    max: SHARED_CONNECTIONS,
    options: `-c search_path=${SCHEMA}`,
    application_name: "fettle-queue",
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  pool.on("error", onError);
  // Every queue and worker listens for the pool's errors.
  pool.setMaxListeners(0);
  let migrated: Promise<void> | undefined;

  async function migrate(): Promise<void> {
    const client = await pool.connect();
    try {
      await runMigrations(client, SCHEMA);
    } finally {
      client.release();
    }
  }

  async function probe(): Promise<string> {
    migrated ??= migrate();
    await migrated.catch((cause: unknown) => {
      migrated = undefined;
      throw cause;
    });
    await pool.query("select 1");
    // The jobs are rows: a restart loses none of them.
    return "rows";
  }

  function openWorker(...[name, processor, concurrency]: Parameters<Backend["openWorker"]>): Worker {
    const options = { connection: pool, ...workerOptions(timing, concurrency) };
    const worker = new Worker(name, processor, options as never, createPostgresBackend as never) as Worker;
    pool.options.max += 1;
    worker.once("closed", () => {
      pool.options.max -= 1;
    });
    return worker;
  }

  return {
    kind: "postgres",
    probe,
    openQueue: (name) =>
      new BullQueue(
        name,
        { connection: pool, ...QUEUE_OPTIONS } as never,
        createPostgresBackend as never,
      ) as BullQueue,
    openWorker,
    // Measured: with retention each finished job costs two to three times as much here. `maintain` removes them.
    retention: { removeOnComplete: false, removeOnFail: false },
    close: () => pool.end(),
  };
}
