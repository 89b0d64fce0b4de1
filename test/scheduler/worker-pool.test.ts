import { afterEach, describe, expect, test } from "vitest";
import type { StudyEvent } from "../../core/event.ts";
import { createLocalSearcher, type Searcher } from "../../scheduler/searcher.ts";
import { searchDefinition } from "../../scheduler/study-problem.ts";
import { takeTurn } from "../../scheduler/turn.ts";
import { createWorkerPool } from "../../scheduler/worker-pool.ts";
import { SimulatedStudy, specOf } from "../support/simulated-study.ts";

const pools: Searcher[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(options: { deadlineMs?: number; workerUrl?: URL } = {}): Searcher {
  const created = createWorkerPool({ threads: 1, deadlineMs: 20_000, ...options });
  pools.push(created);
  return created;
}

const spec = specOf({ algorithm: { name: "sobol" }, budget: { maxTrials: 8 }, parallelism: 8 });

async function sampleLog(): Promise<StudyEvent[]> {
  const study = new SimulatedStudy(spec);
  await study.turn();
  return study.log;
}

const question = (log: readonly StudyEvent[], length: number, trial: number) => ({
  studyId: "study-1",
  definition: searchDefinition(spec),
  trial,
  seq: length,
  events: async (after: number) => log.slice(after, length),
});

describe("worker threads", () => {
  test("answer what the algorithm answers in this thread, at every length of the log", async () => {
    const log = await sampleLog();
    const threads = pool();
    const local = createLocalSearcher();
    for (let length = 1; length < log.length; length++) {
      const asked = question(log, length, length - 1);
      expect(await threads.ask(asked)).toEqual(await local.ask(asked));
    }
  });

  test("start over when the log is shorter than what they folded: an uncommitted turn leaves no trace", async () => {
    const log = await sampleLog();
    const threads = pool();
    const first = await threads.ask(question(log, 3, 2));
    await threads.ask(question(log, 6, 5));
    expect(await threads.ask(question(log, 3, 2))).toEqual(first);
  });

  test("replay what they were told to forget", async () => {
    const log = await sampleLog();
    const threads = pool();
    const first = await threads.ask(question(log, 4, 3));
    threads.forget("study-1");
    expect(await threads.ask(question(log, 4, 3))).toEqual(first);
  });

  test("report an algorithm that throws, and answer the next question", async () => {
    const log = await sampleLog();
    const threads = pool();
    const broken = { ...question(log, 1, 0), studyId: "broken" };
    broken.definition = { ...broken.definition, algorithm: { name: "no-such", config: {} } };
    await expect(threads.ask(broken)).rejects.toMatchObject({ code: "algorithm-failed" });
    expect((await threads.ask(question(log, 1, 0))).suggestion.type).toBe("start");
  });
});

describe("an algorithm that passes its deadline", () => {
  const hanging = new URL("../fixtures/hanging-worker.ts", import.meta.url);

  test("is ended, and the next question gets a fresh thread", async () => {
    const log = await sampleLog();
    const threads = pool({ deadlineMs: 100, workerUrl: hanging });
    for (const trial of [0, 1]) {
      await expect(threads.ask(question(log, 1, trial))).rejects.toMatchObject({ code: "algorithm-failed" });
    }
  });

  test("is replaced by a random point, with the cause in the log", async () => {
    const study = new SimulatedStudy(specOf({ budget: { maxTrials: 1 } }));
    const deps = { ...study.deps, searcher: pool({ deadlineMs: 100, workerUrl: hanging }) };
    await takeTurn(deps, study.study.id);
    const scheduled = study.last("trial.scheduled", 0);
    expect(scheduled?.body).toMatchObject({ algorithm: { name: "fallback" } });
    expect(scheduled?.why).toMatchObject({ rule: "fallback" });
    expect(scheduled?.why.text).toContain("100 ms");
  });
});
