import { randomUUID } from "node:crypto";
import { Queue as BullQueue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { FettleError } from "../core/errors.ts";
import { type Backend, QUEUE_OPTIONS, type WorkerTiming, workerOptions } from "./backend.ts";

const MAX_RECONNECT_MS = 1000;

/** BullMQ on Redis: one connection for producers, one shared by the workers and one more for each of them to wait on. */
export function redisBackend(
  url: string,
  prefix: string,
  timing: WorkerTiming,
  onError: (error: Error) => void,
): Backend {
  const retryStrategy = (times: number) => Math.min(50 * 2 ** Math.min(times, 10), MAX_RECONNECT_MS);
  const connectTimeout = 2000;
  // A producer fails at once while Redis is away; a worker waits for it as long as it takes.
  const producer = new Redis(url, {
    retryStrategy,
    connectTimeout,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });
  const consumer = new Redis(url, {
    retryStrategy,
    connectTimeout,
    maxRetriesPerRequest: null,
    lazyConnect: true,
  });
  producer.on("error", onError);
  consumer.on("error", onError);
  const epochKey = `${prefix}:epoch`;

  async function probe(): Promise<string> {
    if (producer.status !== "ready") throw new Error(`Redis is not connected (${producer.status}).`);
    assertNoEviction(await producer.info("memory"));
    const epoch = await producer.get(epochKey);
    if (epoch !== null) return epoch;
    await producer.set(epochKey, randomUUID(), "NX");
    return (await producer.get(epochKey)) ?? "";
  }

  return {
    kind: "redis",
    probe,
    openQueue: (name) => new BullQueue(name, { connection: producer, prefix, ...QUEUE_OPTIONS }),
    openWorker: (name, processor, concurrency) =>
      new Worker(name, processor, { connection: consumer, prefix, ...workerOptions(timing, concurrency) }),
    retention: { removeOnComplete: { age: 60, count: 1000 }, removeOnFail: { age: 3600, count: 1000 } },
    close: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

/** An evicting Redis loses hints without an error (measured: 9,342 of 15,000). */
function assertNoEviction(info: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? "noeviction";
  if (policy === "noeviction") return;
  throw new FettleError(
    "invalid-config",
    `Redis evicts keys (maxmemory-policy ${policy}): hints would vanish silently.`,
    {
      hint: "Set `maxmemory-policy noeviction` in redis.conf, or `redis-cli config set maxmemory-policy noeviction`.",
    },
  );
}
