import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../core/json.ts";
import type { Consumer, Queue } from "../../core/queue.ts";
import { createQueue, type QueueOptions } from "../../queue/bullmq.ts";
import { recordingLog } from "../support/log.ts";
import { waitFor } from "../support/wait-for.ts";

/** A real backend, and the ways in which it fails. */
export interface QueueBackendUnderTest {
  options: Pick<QueueOptions, "redisUrl" | "databaseUrl" | "lockMs">;
  /** Ends every connection; new ones work, at once or soon. */
  interrupt(): Promise<void>;
  /** Refuses connections until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  dispose(): Promise<void>;
}

/** What every backend of the queue promises. `lockMs` of the options should be short, about 1500. */
export function describeQueue(name: string, open: () => Promise<QueueBackendUnderTest>): void {
  describe(`the queue on ${name}`, () => {
    let backend: QueueBackendUnderTest;
    let queue: Queue;
    let log: ReturnType<typeof recordingLog>;

    beforeAll(async () => {
      backend = await open();
    });
    afterAll(async () => {
      await backend?.dispose();
    });
    beforeEach(async () => {
      log = recordingLog();
      queue = await createQueue({ ...backend.options, log });
    });
    afterEach(async () => {
      await queue?.close();
    });

    /** Collects what consumers of a queue were handed. */
    function collect(
      queueName: Parameters<Queue["consume"]>[0],
      concurrency = 1,
    ): { got: Json[]; consumer: Consumer } {
      const got: Json[] = [];
      const consumer = queue.consume(queueName, async (data) => void got.push(data), { concurrency });
      return { got, consumer };
    }

    test("a hint arrives with its data, whatever JSON that is", async () => {
      const values: Json[] = [null, 0, "text", [1, [2]], { a: { b: "ü\u2028" }, c: null }];
      const { got } = collect("dispatch-values");
      for (const value of values) await queue.publish("dispatch-values", value);
      await waitFor(() => got.length === values.length);
      expect(got).toEqual(values);
    });

    test("a hint that was published before anybody consumes waits for a consumer", async () => {
      await queue.publish("dispatch-early", 1);
      const { got } = collect("dispatch-early");
      await waitFor(() => got.length === 1);
    });

    test("each hint is handled by one consumer", async () => {
      const { got: first } = collect("dispatch-shared", 5);
      const { got: second } = collect("dispatch-shared", 5);
      await Promise.all(Array.from({ length: 100 }, (_, index) => queue.publish("dispatch-shared", index)));
      await waitFor(() => first.length + second.length >= 100);
      expect([...first, ...second].map(Number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 100 }, (_, i) => i),
      );
    });

    test("a hint of the same id is never ignored, also when the first has finished", async () => {
      const { got } = collect("dispatch-again");
      await queue.publish("dispatch-again", 1, { id: "study:7" });
      await waitFor(() => got.length === 1);
      await queue.publish("dispatch-again", 2, { id: "study:7" });
      await queue.publish("dispatch-again", 3, { id: "study:7" });
      await waitFor(() => got.length === 3);
    });

    test("a delayed hint does not arrive early", async () => {
      let arrivedAt = 0;
      const handler = async () => {
        arrivedAt = performance.now();
      };
      queue.consume("deliver", handler, { concurrency: 1 });
      const publishedAt = performance.now();
      await queue.publish("deliver", 1, { delayMs: 400 });
      await waitFor(() => arrivedAt);
      expect(arrivedAt - publishedAt).toBeGreaterThanOrEqual(390);
    });

    test("a handler that throws is tried as often as asked, once by default, and logged", async () => {
      const tries: Json[] = [];
      queue.consume(
        "deliver",
        async (data) => {
          tries.push(data);
          throw new Error("boom");
        },
        { concurrency: 1 },
      );
      await queue.publish("deliver", "once");
      await queue.publish("deliver", "twice", { attempts: 2 });
      await waitFor(() => tries.length === 3);
      await waitFor(
        () => log.lines.filter((line) => line === "warn: the handler of a hint failed").length === 3,
      );
      expect(tries.sort()).toEqual(["once", "twice", "twice"]);
    });

    test("no more handlers run at once than the concurrency", async () => {
      let running = 0;
      let most = 0;
      let done = 0;
      const handler = async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        done += 1;
      };
      queue.consume("dispatch-bounded", handler, { concurrency: 3 });
      await Promise.all(Array.from({ length: 12 }, () => queue.publish("dispatch-bounded", null)));
      await waitFor(() => done === 12);
      expect(most).toBe(3);
    });

    test("a paused consumer starts no handler, and resumes where it left", async () => {
      const { got, consumer } = collect("dispatch-paused");
      await queue.publish("dispatch-paused", 1);
      await waitFor(() => got.length === 1);
      await consumer.pause();
      await queue.publish("dispatch-paused", 2);
      // Another consumer proves that the hint was there to be taken.
      const other = collect("dispatch-paused");
      await waitFor(() => other.got.length === 1);
      await other.consumer.close();
      await consumer.resume();
      await queue.publish("dispatch-paused", 3);
      await waitFor(() => got.length === 2);
      expect(got).toEqual([1, 3]);
      expect(other.got).toEqual([2]);
    });

    test("closing a consumer waits for its running handler", async () => {
      let finished = false;
      let begun = false;
      const handler = async () => {
        begun = true;
        await new Promise((resolve) => setTimeout(resolve, 200));
        finished = true;
      };
      const consumer = queue.consume("maintain", handler, { concurrency: 1 });
      await queue.publish("maintain", null);
      await waitFor(() => begun);
      await consumer.close();
      expect(finished).toBe(true);
    });

    test("the hint of a consumer that was killed is taken over within seconds", async () => {
      const fixture = fileURLToPath(new URL("../fixtures/queue-consumer.ts", import.meta.url));
      const child = spawn(process.execPath, ["--import", "tsx", fixture, JSON.stringify(backend.options)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        await queue.publish("advance", "orphan");
        await once(child.stdout, "data");
        child.kill("SIGKILL");
        await once(child, "exit");
        const killedAt = performance.now();
        const { got } = collect("advance");
        await waitFor(() => got.length === 1);
        expect(performance.now() - killedAt).toBeLessThan(5000);
      } finally {
        child.kill("SIGKILL");
      }
    });

    test("hints survive the loss of every connection, and the consumer goes on", async () => {
      const got = new Set<Json>();
      const handler = async (data: Json) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        got.add(data);
      };
      queue.consume("dispatch-interrupted", handler, { concurrency: 2 });
      const indices = Array.from({ length: 100 }, (_, index) => index);
      await Promise.all(indices.map((index) => queue.publish("dispatch-interrupted", index)));
      await waitFor(() => got.size > 20);
      await backend.interrupt();
      await waitFor(() => got.size === 100, { timeoutMs: 15_000 });
      await waitFor(() => publishes(queue, 100));
      await waitFor(() => got.has(100));
    });

    test("while the backend is away a publish fails fast, then listeners hear that it is back", async () => {
      const { got } = collect("dispatch-outage");
      await queue.publish("dispatch-outage", "before");
      await waitFor(() => got.length === 1);
      let ready = 0;
      const remove = queue.onReady(() => {
        ready += 1;
      });
      await backend.goAway();
      try {
        await waitFor(() => !queue.health().up, { what: "the outage to be noticed" });
        const startedAt = performance.now();
        await expect(queue.publish("dispatch-outage", "lost")).rejects.toThrow();
        expect(performance.now() - startedAt).toBeLessThan(600);
      } finally {
        await backend.comeBack();
      }
      await waitFor(() => ready === 1, { what: "onReady" });
      await queue.publish("dispatch-outage", "after");
      await waitFor(() => got.includes("after"));
      expect(queue.health()).toEqual({ up: true });
      remove();
    });

    test("a queue that starts while the backend is away works once it is there", async () => {
      await backend.goAway();
      let late: Queue | undefined;
      try {
        late = await createQueue({ ...backend.options, log });
        expect(late.health().up).toBe(false);
        const got: Json[] = [];
        late.consume("dispatch-late", async (data) => void got.push(data), { concurrency: 1 });
        await backend.comeBack();
        await waitFor(() => late?.health().up);
        await late.publish("dispatch-late", "hello");
        await waitFor(() => got.length === 1);
      } finally {
        await backend.comeBack();
        await late?.close();
      }
    });
  });
}

/** Whether a hint can be handed over now. */
async function publishes(queue: Queue, data: Json): Promise<boolean> {
  return await queue.publish("dispatch-interrupted", data).then(
    () => true,
    () => false,
  );
}
