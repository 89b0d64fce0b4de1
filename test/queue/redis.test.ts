import { afterEach, describe, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { createQueue } from "../../queue/bullmq.ts";
import { describeQueue } from "../suites/queue-conformance.ts";
import { silentLog } from "../support/log.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { waitFor } from "../support/wait-for.ts";

const NO_DATABASE = "postgres://127.0.0.1:1/none";

describeQueue("Redis", async () => {
  const redis = await startRedis({ appendfsync: "always" });
  return {
    options: { redisUrl: redis.url, databaseUrl: NO_DATABASE, lockMs: 1500 },
    interrupt: async () => {
      await redis.kill();
      await redis.start();
    },
    goAway: redis.kill,
    comeBack: redis.start,
    dispose: redis.stop,
  };
});

describe("Redis alone", () => {
  let redis: TestRedis | undefined;

  afterEach(async () => {
    await redis?.stop();
    redis = undefined;
  });

  async function queueOn(started: TestRedis) {
    return await createQueue({
      redisUrl: started.url,
      databaseUrl: NO_DATABASE,
      log: silentLog,
      lockMs: 1500,
    });
  }

  test("a Redis that evicts keys is refused, with the setting to change", async () => {
    redis = await startRedis({ "maxmemory-policy": "allkeys-lru" });
    await expect(queueOn(redis)).rejects.toMatchObject({
      code: "invalid-config",
      hint: expect.stringContaining("maxmemory-policy noeviction"),
    });
  });

  test("a Redis that turns to evicting keys later is reported as unhealthy", async () => {
    redis = await startRedis();
    const queue = await queueOn(redis);
    await redis.command("config", "set", "maxmemory-policy", "allkeys-lru");
    await waitFor(() => !queue.health().up);
    expect(queue.health().reason).toContain("allkeys-lru");
    await queue.close();
  });

  test("a flushed Redis is noticed, and hints published again arrive", async () => {
    redis = await startRedis();
    const queue = await queueOn(redis);
    const got: Json[] = [];
    queue.consume("advance", async (data) => void got.push(data), { concurrency: 1 });
    await queue.publish("advance", 1);
    await waitFor(() => got.length === 1);
    queue.onReady(() => void queue.publish("advance", 2));
    await redis.command("flushall");
    await waitFor(() => got.includes(2));
    await queue.close();
  });

  test("a publish to a Redis that hangs fails within its budget", async () => {
    redis = await startRedis();
    const queue = await queueOn(redis);
    await queue.publish("advance", 1);
    await redis.command("client", "pause", "3000", "ALL");
    const startedAt = performance.now();
    await expect(queue.publish("advance", 2)).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(700);
    await queue.close();
  });

  test("what is not a Redis URL is refused", async () => {
    await expect(
      createQueue({ redisUrl: "localhost:6379", databaseUrl: NO_DATABASE, log: silentLog }),
    ).rejects.toMatchObject({ code: "invalid-config" });
  });
});
