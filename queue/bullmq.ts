import { randomUUID } from "node:crypto";
import type { Queue as BullQueue, Job, Worker } from "bullmq";
import { FettleError, messageOf } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Log } from "../core/log.ts";
import type { Consumer, PublishOptions, Queue, QueueName } from "../core/queue.ts";
import type { Backend } from "./backend.ts";
import { bounded, superviseWorker } from "./consumer.ts";
import { answerWithin, watchBackend } from "./watch.ts";

export interface QueueOptions {
  /** Chooses Redis; absent, the queue lives in `databaseUrl`. */
  redisUrl?: string | undefined;
  databaseUrl: string;
  /** Separates installations that share a Redis. Default "fettle". */
  prefix?: string;
  log: Log;
  /** How long a dead consumer keeps a hint. Default 6000; a handler may run longer. */
  lockMs?: number;
}

const PUBLISH_BUDGET_MS = 500;
const PROBE_EVERY_MS = 1000;
/** How long a start waits for the backend before it goes on without: hints are not needed to be correct. */
const START_BUDGET_MS = 3000;
const SAME_ERROR_EVERY_MS = 10_000;
const CLOSE_MS = 5000;

const KEEP_COMPLETED_MS = 60_000;
const KEEP_FAILED_MS = 3_600_000;
/** By then the sweep has published it again several times. */
const KEEP_WAITING_MS = 600_000;
const CLEAN_BATCH = 10_000;

const FIXED_QUEUES: readonly QueueName[] = ["advance", "deliver", "maintain"];

/**
 * The queue, on Redis or on PostgreSQL. Starts without the backend when that is away.
 * @throws FettleError "invalid-config" when Redis is set up to evict keys, or its URL is none.
 */
export async function createQueue(options: QueueOptions): Promise<Queue> {
  const { log } = options;
  let closed = false;
  const report = quietly(log);
  // Once closed, a late word of a connection that goes down is no news.
  const onError = (error: Error) => (closed ? undefined : report(error));
  const backend = await chooseBackend(options, onError);
  await firstContact(backend, log);
  const watch = watchBackend(backend.probe, PROBE_EVERY_MS, ({ up, reason }) => {
    if (up) log.info({ backend: backend.kind }, "the queue's backend answers");
    else
      log.warn(
        { backend: backend.kind, reason },
        "the queue's backend is away; the sweep goes on without hints",
      );
  });
  await watch.first;
  const producers = new Map<string, Promise<BullQueue>>();
  const consumers = new Set<Consumer>();

  function producer(name: QueueName): Promise<BullQueue> {
    const { up, reason } = watch.health();
    if (!up) return Promise.reject(new Error(`The queue's backend is away: ${reason}.`));
    const present = producers.get(name);
    if (present !== undefined) return present;
    const opened = openProducer(backend, name, onError);
    producers.set(name, opened);
    // A BullMQ queue that failed to connect stays broken, so the next publish makes another.
    opened.catch(() => producers.delete(name));
    return opened;
  }

  async function handOver(name: QueueName, data: Json, options: PublishOptions): Promise<void> {
    const queue = await producer(name);
    await queue.add(name, { data }, jobOptions(name, options, backend));
  }

  function consume(name: QueueName, handler: (data: Json) => Promise<void>, concurrency: number): Consumer {
    const open = () => {
      const worker = backend.openWorker(name, (job: Job) => handler(job.data.data), concurrency);
      return observed(worker, name, log, onError);
    };
    const consumer = superviseWorker(open, () => watch.health().up);
    consumers.add(consumer);
    return {
      ...consumer,
      close: () => {
        consumers.delete(consumer);
        return consumer.close();
      },
    };
  }

  async function maintain(): Promise<void> {
    for (const name of new Set<QueueName>([...FIXED_QUEUES, ...(producers.keys() as Iterable<QueueName>)])) {
      const queue = await producer(name);
      await queue.clean(KEEP_COMPLETED_MS, CLEAN_BATCH, "completed");
      await queue.clean(KEEP_FAILED_MS, CLEAN_BATCH, "failed");
      await queue.clean(KEEP_WAITING_MS, CLEAN_BATCH, "wait");
    }
  }

  async function close(): Promise<void> {
    watch.stop();
    closed = true;
    await Promise.all([...consumers].map((consumer) => consumer.close()));
    const open = await Promise.allSettled(producers.values());
    const queues = open.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.all(queues.map((queue) => bounded(queue.close(), CLOSE_MS)));
    await bounded(backend.close(), CLOSE_MS);
  }

  return {
    backend: backend.kind,
    publish: (name, data, options = {}) => answerWithin(PUBLISH_BUDGET_MS, handOver(name, data, options)),
    consume: (name, handler, { concurrency }) => consume(name, handler, concurrency),
    onReady: watch.onReady,
    maintain,
    health: watch.health,
    close,
  };
}

/** Only the chosen backend's client library is loaded. */
async function chooseBackend(options: QueueOptions, onError: (error: Error) => void): Promise<Backend> {
  const timing = { lockMs: options.lockMs ?? 6000 };
  if (options.redisUrl === undefined) {
    const { postgresBackend } = await import("./postgres.ts");
    return postgresBackend(options.databaseUrl, timing, onError);
  }
  if (!/^rediss?:\/\/./.test(options.redisUrl)) {
    throw new FettleError("invalid-config", "REDIS_URL is not a Redis URL.", {
      hint: "Write redis://host:6379 or rediss://…",
    });
  }
  const { redisBackend } = await import("./redis.ts");
  return redisBackend(options.redisUrl, options.prefix ?? "fettle", timing, onError);
}

async function firstContact(backend: Backend, log: Log): Promise<void> {
  const deadline = performance.now() + START_BUDGET_MS;
  for (;;) {
    try {
      await answerWithin(START_BUDGET_MS, backend.probe());
      return;
    } catch (error) {
      if (error instanceof FettleError) {
        await backend.close();
        throw error;
      }
      if (performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      log.warn({ backend: backend.kind, reason: messageOf(error) }, "starting without the queue's backend");
      return;
    }
  }
}

async function openProducer(
  backend: Backend,
  name: string,
  onError: (error: Error) => void,
): Promise<BullQueue> {
  const queue = backend.openQueue(name);
  queue.on("error", onError);
  try {
    await queue.waitUntilReady();
    return queue;
  } catch (cause) {
    await bounded(queue.close(), CLOSE_MS);
    throw cause;
  }
}

function jobOptions(name: QueueName, { id, delayMs, attempts }: PublishOptions, backend: Backend) {
  // BullMQ silently ignores an id that it still knows, and allows no colon in one.
  const label = (id ?? name).replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 100);
  return {
    jobId: `${label}-${randomUUID()}`,
    ...(delayMs === undefined ? {} : { delay: delayMs }),
    attempts: attempts ?? 1,
    backoff: { type: "exponential", delay: 500, jitter: 0.5 },
    ...backend.retention,
  };
}

function observed(worker: Worker, queue: QueueName, log: Log, onError: (error: Error) => void): Worker {
  worker.on("error", onError);
  worker.on("failed", (job, error) => {
    log.warn({ queue, job: job?.id, error: error.message }, "the handler of a hint failed");
  });
  worker.on("stalled", (job) => log.debug({ queue, job }, "a hint was taken back from a dead consumer"));
  return worker;
}

/** An outage makes every connection fail many times a second; each message is logged once in ten seconds. */
function quietly(log: Log): (error: Error) => void {
  const loggedAt = new Map<string, number>();
  return (error) => {
    const now = performance.now();
    const before = loggedAt.get(error.message);
    if (before !== undefined && now - before < SAME_ERROR_EVERY_MS) return;
    if (loggedAt.size > 100) loggedAt.clear();
    loggedAt.set(error.message, now);
    log.warn({ error: error.message }, "queue error");
  };
}
