import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockStateDir } from "../../agents/state-lock.ts";
import { cleanTrialDirs, createTrialDir, trialsRoot } from "../../agents/trial-dirs.ts";

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "fettle-state-"));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

describe("the lock of a state directory", () => {
  test("is refused while its holder lives, and free after the release", () => {
    const unlock = lockStateDir(stateDir);
    expect(() => lockStateDir(stateDir)).toThrow(expect.objectContaining({ code: "invalid-config" }));
    unlock();
    lockStateDir(stateDir)();
    expect(readdirSync(stateDir)).toEqual([]);
  });

  test("of a process that is gone is void", () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    writeFileSync(join(stateDir, "agent.lock"), JSON.stringify({ pid, startTime: "1" }));
    lockStateDir(stateDir)();
  });

  test("of an earlier process with a pid that is in use again is void", () => {
    writeFileSync(join(stateDir, "agent.lock"), JSON.stringify({ pid: process.pid, startTime: "1" }));
    lockStateDir(stateDir)();
  });

  test("that a crash left half written is void", () => {
    writeFileSync(join(stateDir, "agent.lock"), '{"pid":');
    lockStateDir(stateDir)();
  });
});

describe("old trial directories", () => {
  const DAY_MS = 24 * 3_600_000;
  const NOW = Date.UTC(2026, 0, 31);
  async function trialAged(id: string, days: number): Promise<string> {
    const directory = await createTrialDir(stateDir, id);
    mkdirSync(join(directory, "checkpoint"));
    const changed = new Date(NOW - days * DAY_MS);
    for (const path of [join(directory, "checkpoint"), directory]) utimesSync(path, changed, changed);
    return directory;
  }

  test("go after their age, unless their trial runs", async () => {
    const old = await trialAged("old", 8);
    const running = await trialAged("running", 8);
    const recent = await trialAged("recent", 6);
    const keep = { maxAgeMs: 7 * DAY_MS, maxCount: 100 };
    expect(await cleanTrialDirs(stateDir, keep, new Set(["running"]), NOW)).toBe(1);
    expect([old, running, recent].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  test("a checkpoint written lately keeps the directory", async () => {
    const directory = await trialAged("old", 8);
    const lately = new Date(NOW - DAY_MS);
    utimesSync(join(directory, "checkpoint"), lately, lately);
    expect(await cleanTrialDirs(stateDir, { maxAgeMs: 7 * DAY_MS, maxCount: 100 }, new Set(), NOW)).toBe(0);
  });

  test("beyond the count the oldest go first", async () => {
    for (const days of [1, 2, 3, 4]) await trialAged(`aged-${days}`, days);
    expect(await cleanTrialDirs(stateDir, { maxAgeMs: 7 * DAY_MS, maxCount: 2 }, new Set(), NOW)).toBe(2);
    expect(readdirSync(trialsRoot(stateDir)).sort()).toEqual(["aged-1", "aged-2"]);
  });

  test("a host that ran no trial yet has none", async () => {
    expect(await cleanTrialDirs(stateDir, { maxAgeMs: 1, maxCount: 0 }, new Set(), NOW)).toBe(0);
  });
});
