import { execFile } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Campaign, missingRuns } from "../../../benchmarks/quality/campaigns.ts";
import { runAll } from "../../../benchmarks/quality/pool.ts";
import { openStore, type RunRecord } from "../../../benchmarks/quality/record.ts";
import { problemNamed, runOf } from "./records.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fettle-quality-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const a = problemNamed("test/a");
const b = problemNamed("test/b");
const plan: Campaign[] = [
  { methods: ["tpe", "gp"], problems: ["*"], trials: 100, workers: 1, seeds: [0, 1] },
  { methods: ["gp"], problems: ["test/b"], trials: 100, workers: 8, seeds: [0] },
];
const versions = new Map([
  ["tpe", "1"],
  ["gp", "1"],
]);

describe("the runs that are missing", () => {
  test("come seed by seed, all campaigns of a seed before the next", () => {
    const keys = missingRuns(plan, [a, b], versions, openStore([directory]));
    expect(
      keys.map(({ seed, workers, method, problem }) => `${seed} ${workers} ${method} ${problem}`),
    ).toEqual([
      "0 1 tpe test/a",
      "0 1 tpe test/b",
      "0 1 gp test/a",
      "0 1 gp test/b",
      "0 8 gp test/b",
      "1 1 tpe test/a",
      "1 1 tpe test/b",
      "1 1 gp test/a",
      "1 1 gp test/b",
    ]);
  });

  test("are those alone that no earlier start has recorded, whatever became of them", () => {
    const first = openStore([directory]);
    const keys = missingRuns(plan, [a, b], versions, first);
    for (const key of keys.slice(0, 3)) first.append(runOf({ ...key, status: "failed" }));
    expect(missingRuns(plan, [a, b], versions, openStore([directory]))).toEqual(keys.slice(3));
  });

  test("are measured anew when the method or the problem has changed", () => {
    const store = openStore([directory]);
    const [key] = missingRuns(plan, [a], versions, store);
    store.append(runOf(key));
    const counted = (facts = a, version = "1") =>
      missingRuns(plan.slice(0, 1), [facts], new Map([["tpe", version]]), openStore([directory])).length;
    expect(counted()).toBe(1);
    expect(counted(a, "2")).toBe(2);
    expect(counted(problemNamed("test/a", { task: "another" }))).toBe(2);
  });

  test("of a method that is not installed are none", () => {
    expect(missingRuns(plan, [a], new Map([["gp", "1"]]), openStore([directory]))).toHaveLength(2);
  });
});

describe("a store", () => {
  const fileOf = (method: string) => join(directory, `${method}.jsonl`);

  test("that a crash cut off in the middle of a line loses that run and no other", () => {
    openStore([directory]).append(runOf({ seed: 0 }));
    appendFileSync(fileOf("tpe"), '{"problem":"test/a","seed":1');
    const again = openStore([directory]);
    expect(again.records).toHaveLength(1);
    again.append(runOf({ seed: 2 }));
    expect(openStore([directory]).records.map(({ seed }) => seed)).toEqual([0, 2]);
  });

  test("counts a run that two processes measured at the same time once", () => {
    openStore([directory]).append(runOf({ clock: 1 }));
    appendFileSync(fileOf("tpe"), `${JSON.stringify(runOf({ clock: 2 }))}\n`);
    expect(openStore([directory]).records.map(({ clock }) => clock)).toEqual([2]);
  });

  test("keeps settings of a method apart, in files that any system can hold", () => {
    const store = openStore([directory]);
    store.append(runOf({ method: 'tpe{"multivariate":false}' }));
    store.append(runOf());
    expect(readdirSync(directory).every((name) => /^[A-Za-z0-9.=-]+$/.test(name))).toBe(true);
    expect(openStore([directory]).records).toHaveLength(2);
  });
});

const key = { task: "", version: "1", workers: 1, trials: 5, paired: 0, method: "random" };

test("a run whose process is ended is not recorded as a failure of its method", async () => {
  const stop = new AbortController();
  const records: RunRecord[] = [];
  const keys = Array.from({ length: 50 }, (_, seed) => ({ ...key, problem: "synthetic/branin", seed }));
  await runAll(keys, { jobs: 1, timeoutSeconds: 60, data: null, signal: stop.signal }, (record) => {
    records.push(record);
    if (records.length === 2) stop.abort();
  });
  expect(records.map(({ status, seed }) => [status, seed])).toEqual([
    ["ok", 0],
    ["ok", 1],
  ]);
});

test("a run that cannot be made is recorded with its reason, and the next goes on", async () => {
  const records: RunRecord[] = [];
  const keys = ["synthetic/none", "synthetic/branin"].map((problem) => ({ ...key, problem, seed: 0 }));
  await runAll(keys, { jobs: 1, timeoutSeconds: 60, data: null }, (record) => records.push(record));
  expect(records.map(({ status }) => status)).toEqual(["failed", "ok"]);
});

test("the benchmark started again measures only what it had not, and writes its report", async () => {
  const bench = (...options: string[]) =>
    promisify(execFile)(process.execPath, [
      ...["--import", "tsx", "benchmarks/quality/main.ts", "--out", directory, "--only", "runs"],
      ...["--methods", "random", "--problems", "synthetic/branin", ...options],
    ]);
  const runs = () => readFileSync(join(directory, "quality/runs/random.jsonl"), "utf8").trim().split("\n");
  await bench("--seeds", "0-0");
  const [first] = runs();
  await bench();
  expect(runs()[0]).toBe(first);
  expect(runs().map((line) => JSON.parse(line).seed)).toEqual([0, 1]);
  const { targets } = JSON.parse(readFileSync(join(directory, "quality.json"), "utf8"));
  expect(targets.length).toBeGreaterThan(10);
  expect(targets.every(({ measured }: { measured: string }) => measured !== "")).toBe(true);
  expect(readFileSync(join(directory, "quality.md"), "utf8")).toContain(
    "| what | target | measured | verdict |",
  );
}, 60_000);
