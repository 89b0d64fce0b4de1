import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RequestError } from "../../agents/client.ts";
import { cleanTrialDirs, createTrialDir } from "../../agents/trial-dirs.ts";
import type { Assignment } from "../../core/protocol.ts";
import {
  assignmentOf,
  type CheckpointBench,
  checkpointsOn,
  contents,
  openCheckpointBench,
  STUDY_ID,
  sourceFrom,
  write,
} from "../support/checkpoint-bench.ts";
import { waitFor } from "../support/wait-for.ts";

let host: CheckpointBench;
let elsewhere: CheckpointBench;
beforeEach(() => {
  host = openCheckpointBench("gpu-1");
  elsewhere = openCheckpointBench("gpu-2", host.archives);
});
afterEach(async () => {
  await host.close();
  await elsewhere.close();
});

/** Runs an attempt on a host: what it found, and then wrote. */
async function run(on: CheckpointBench, assignment: Assignment, files: Record<string, string>) {
  const directory = await on.prepare(assignment);
  const found = contents(directory);
  write(directory, files);
  await on.end(assignment);
  return found;
}
const next = (assignment: Assignment, from: Assignment["from"]): Assignment => ({
  ...assignment,
  attempt: assignment.attempt + 1,
  from,
});

const idle = () => false;
const PART = 1024 * 1024;

describe("a trial that goes on", () => {
  test("finds what it left on this host", async () => {
    const first = assignmentOf();
    expect(await run(host, first, { "step.txt": "9", "deep/er.bin": "x" })).toEqual({});
    expect(await run(host, next(first, sourceFrom(first, "gpu-1")), {})).toEqual({
      "step.txt": "9",
      "deep/er.bin": "x",
    });
  });

  test("finds it also when the attempt was lost and the server knows of nothing", async () => {
    const first = assignmentOf();
    write(await host.prepare(first), { "step.txt": "4" });
    expect(await run(host, next(first, null), {})).toEqual({ "step.txt": "4" });
  });

  test("on a host that never had it starts from zero", async () => {
    const first = assignmentOf();
    await run(host, first, { "step.txt": "9" });
    expect(await run(elsewhere, next(first, sourceFrom(first, "gpu-1")), {})).toEqual({});
  });

  test("does not resume from what it left here before it trained further elsewhere", async () => {
    const first = assignmentOf();
    await run(host, first, { "step.txt": "9" });
    const second = next(first, sourceFrom(first, "gpu-1"));
    await run(elsewhere, second, { "step.txt": "18" });
    expect(await run(host, next(second, sourceFrom(second, "gpu-2")), {})).toEqual({});
  });

  test("resumes here from a later attempt that was lost, not from the older one elsewhere", async () => {
    const first = assignmentOf();
    await run(elsewhere, first, { "step.txt": "9" });
    const second = next(first, null);
    write(await host.prepare(second), { "step.txt": "12" });
    expect(await run(host, next(second, sourceFrom(first, "gpu-2")), {})).toEqual({ "step.txt": "12" });
  });

  test("after a start from zero that was lost, takes the checkpoint again that was out of reach then", async () => {
    const first = assignmentOf({}, { store: "server" });
    await run(elsewhere, first, { "step.txt": "9" });
    await waitFor(() => host.archives.has(first.trialId));
    const second = next(first, sourceFrom(first, "gpu-2"));
    write(await host.prepare(second), { "step.txt": "1" });
    const length = host.archives.get(first.trialId)?.length ?? 0;
    expect(await run(host, next(second, sourceFrom(first, "gpu-2", length)), {})).toEqual({
      "step.txt": "9",
    });
  });

  test("of a study on a shared path finds it from any host", async () => {
    const path = join(host.stateDir, "share");
    mkdirSync(path);
    const first = assignmentOf({}, { store: "shared", path });
    await run(host, first, { "step.txt": "9" });
    expect(contents(path)).toEqual({ [`${STUDY_ID}/${first.trialId}/step.txt`]: "9" });
    expect(await run(elsewhere, next(first, { ...sourceFrom(first, "gpu-1"), shared: true }), {})).toEqual({
      "step.txt": "9",
    });
  });

  test("is refused on a host where the shared path is not mounted", async () => {
    const path = join(host.stateDir, "not-mounted");
    await expect(host.prepare(assignmentOf({}, { store: "shared", path }))).rejects.toMatchObject({
      code: "invalid-config",
    });
    expect(existsSync(path)).toBe(false);
  });
});

describe("a trial that starts from another one", () => {
  test("gets a copy, and what it trains leaves the other's as it was", async () => {
    const parent = assignmentOf();
    await run(host, parent, { "step.txt": "9", "deep/er.bin": "x" });
    const child = assignmentOf({ trial: 1, from: sourceFrom(parent, "gpu-1") });
    expect(await run(host, child, { "step.txt": "10" })).toEqual({ "step.txt": "9", "deep/er.bin": "x" });
    expect(contents(checkpointsOn(host, parent))).toEqual({ "step.txt": "9", "deep/er.bin": "x" });
  });

  test("goes on from its own once it has trained", async () => {
    const parent = assignmentOf();
    await run(host, parent, { "step.txt": "9" });
    const child = assignmentOf({ trial: 1, from: sourceFrom(parent, "gpu-1") });
    await run(host, child, { "step.txt": "10" });
    expect(await run(host, next(child, child.from), {})).toEqual({ "step.txt": "10" });
  });

  test("never finds half a copy: one that was cut short is made again", async () => {
    const parent = assignmentOf();
    await run(host, parent, { a: "1", b: "2" });
    const child = assignmentOf({ trial: 1, from: sourceFrom(parent, "gpu-1") });
    await createTrialDir(host.stateDir, child.trialId);
    write(`${checkpointsOn(host, child)}.part`, { a: "1" });
    expect(await run(host, child, {})).toEqual({ a: "1", b: "2" });
    expect(readdirSync(join(checkpointsOn(host, child), ".."))).not.toContain("checkpoints.part");
  });

  test("starts from zero when the other's is gone, and its log says so", async () => {
    const parent = assignmentOf();
    await run(host, parent, { a: "1" });
    rmSync(checkpointsOn(host, parent), { recursive: true });
    expect(await run(host, assignmentOf({ trial: 1, from: sourceFrom(parent, "gpu-1") }), {})).toEqual({});
    expect(host.said).toEqual([expect.stringContaining("starts from zero: the checkpoint of trial 0")]);
  });
});

describe("the way through the server", () => {
  const viaServer = { store: "server" } as const;

  test("brings a checkpoint whole to another host, links and times with it", async () => {
    const first = assignmentOf({}, viaServer);
    const directory = await host.prepare(first);
    write(directory, { "epoch-9/model.bin": "x".repeat(5000), "step.txt": "9" });
    symlinkSync("epoch-9", join(directory, "latest"));
    await host.end(first);
    await waitFor(() => host.archives.has(first.trialId));
    await host.checkpoints.end(5000);
    const length = host.archives.get(first.trialId)?.length ?? 0;
    const second = next(first, sourceFrom(first, "gpu-1", length));
    expect(await run(elsewhere, second, {})).toEqual({
      "epoch-9/model.bin": "x".repeat(5000),
      "step.txt": "9",
    });
    expect(contents(join(checkpointsOn(elsewhere, second), "latest/"))["model.bin"] ?? "").toBe("");
    expect(readdirSync(join(checkpointsOn(elsewhere, second), "latest"))).toEqual(["model.bin"]);
  });

  test("is taken again after failures", async () => {
    const first = assignmentOf({}, viaServer);
    let failures = 3;
    host.setFault(() => {
      if (failures-- > 0) throw new RequestError("server-unreachable", "cut");
    });
    await run(host, first, { a: "1" });
    await waitFor(() => host.archives.has(first.trialId));
    expect(failures).toBeLessThan(0);
  });

  test("begins anew when the server has less than it said once", async () => {
    const first = assignmentOf({}, viaServer);
    const offsets: number[] = [];
    host.setFault(({ offset }) => {
      offsets.push(offset);
      if (offset > 0 && offsets.length === 2) throw new RequestError("conflict", "a gap");
    });
    await run(host, first, { a: randomBytes(1_500_000).toString("base64") });
    await waitFor(() => offsets.length === 4);
    expect(offsets).toEqual([0, PART, 0, PART]);
  });

  test("is not taken by one that is too large: it stays, with one warning that names the way out", async () => {
    const first = assignmentOf({}, { ...viaServer, maxMb: 1 });
    await run(host, first, { a: "x".repeat(1024 * 1024 + 1) });
    await waitFor(() => host.said.length > 0);
    expect(host.said).toEqual([
      expect.stringMatching(/stays on this host alone.*fidelity\.checkpoint\.maxMb/),
    ]);
    expect(host.archives.size).toBe(0);
    expect(await run(host, next(first, sourceFrom(first, "gpu-1")), {})).toHaveProperty("a");
  });

  test("ends when the trial goes on here, before anything is written", async () => {
    const first = assignmentOf({}, viaServer);
    host.setFault(() => {
      throw new RequestError("server-unreachable", "down");
    });
    await run(host, first, { a: "1" });
    await run(host, next(first, sourceFrom(first, "gpu-1")), { a: "2" });
    host.setFault(null);
    await waitFor(() => host.archives.has(first.trialId));
    await host.checkpoints.end(5000);
    const length = host.archives.get(first.trialId)?.length ?? 0;
    expect(
      await run(
        elsewhere,
        { ...first, attempt: 3, from: { ...sourceFrom(first, "gpu-1", length), attempt: 2 } },
        {},
      ),
    ).toEqual({ a: "2" });
    expect(host.said).toEqual([]);
  });

  test("keeps an agent from its end for no longer than it is told", async () => {
    host.setFault(() => {
      throw new RequestError("server-unreachable", "down");
    });
    await run(host, assignmentOf({}, viaServer), { a: "1" });
    await host.checkpoints.end(50);
    expect(host.said).toEqual([expect.stringContaining("the agent ends")]);
    expect(readdirSync(join(host.stateDir, "spool"))).toEqual([]);
  });

  test("brings nothing when the archive is damaged: the trial starts from zero and its log says why", async () => {
    const first = assignmentOf({}, viaServer);
    await run(host, first, { a: "1" });
    await waitFor(() => host.archives.has(first.trialId));
    const whole = host.archives.get(first.trialId) as Buffer;
    for (const damaged of [
      whole.subarray(0, whole.length - 20),
      Buffer.from("no archive at all, but long enough"),
      Buffer.alloc(0),
    ]) {
      host.archives.set(first.trialId, damaged);
      const second = next(first, sourceFrom(first, "gpu-1", whole.length));
      expect(await run(elsewhere, second, {})).toEqual({});
      expect(elsewhere.said.at(-2)).toContain("could not be fetched");
      expect(elsewhere.said.at(-1)).toContain("starts from zero");
    }
  });
});

describe("what processes left", () => {
  test("is measured by its files; nothing, or no directory any more, is nothing", async () => {
    const empty = assignmentOf();
    await host.prepare(empty);
    expect(await host.end(empty)).toBeUndefined();
    rmSync(checkpointsOn(host, empty), { recursive: true });
    expect(await host.end(empty)).toBeUndefined();
    const full = assignmentOf();
    write(await host.prepare(full), { a: "12345", "b/c": "678" });
    expect(await host.end(full)).toEqual({ bytes: 8, shared: false });
  });
});

describe("a discard", () => {
  test("removes the directory and is told until the server has heard it", async () => {
    const trial = assignmentOf();
    await run(host, trial, { a: "1" });
    await host.checkpoints.discard([trial.trialId], idle);
    expect(contents(checkpointsOn(host, trial))).toEqual({});
    expect(host.checkpoints.discarded()).toEqual([trial.trialId]);
    host.checkpoints.discardsTold([trial.trialId]);
    expect(host.checkpoints.discarded()).toEqual([]);
  });

  test("is over before a trial that comes back looks for its checkpoint", async () => {
    const trial = assignmentOf();
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, "x"]));
    await run(host, trial, files);
    const discarded = host.checkpoints.discard([trial.trialId], idle);
    expect(await run(host, next(trial, null), {})).toEqual({});
    await discarded;
  });

  test("leaves a trial that runs alone, and one that is being copied", async () => {
    const parent = assignmentOf();
    await run(host, parent, Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, "x"])));
    await host.checkpoints.discard([parent.trialId], () => true);
    const child = assignmentOf({ trial: 1, from: sourceFrom(parent, "gpu-1") });
    const directory = checkpointsOn(host, child);
    await createTrialDir(host.stateDir, child.trialId);
    const prepared = host.prepare(child);
    await waitFor(() => existsSync(`${directory}.part`) || existsSync(directory), { everyMs: 1 });
    await host.checkpoints.discard([parent.trialId], idle);
    await prepared;
    expect(Object.keys(contents(directory))).toHaveLength(50);
  });

  test("of one on a shared path removes that, and nothing that a forged note names", async () => {
    const path = join(host.stateDir, "share");
    mkdirSync(path);
    const trial = assignmentOf({}, { store: "shared", path });
    await run(host, trial, { a: "1" });
    const other = assignmentOf();
    await run(host, other, { a: "1" });
    write(join(checkpointsOn(host, other), ".."), {
      ".fettle-checkpoint.json": JSON.stringify({ attempt: 1, directory: path, managed: true }),
    });
    await host.checkpoints.discard([other.trialId], idle);
    expect(Object.keys(contents(path))).toHaveLength(1);
    await host.checkpoints.discard([trial.trialId], idle);
    expect(contents(path)).toEqual({});
  });
});

test("a checkpoint that the server manages outlives the age at which directories go, but not for ever", async () => {
  const trial = assignmentOf();
  await run(host, trial, { a: "1" });
  const keep = { maxAgeMs: 1000, maxCount: 0 };
  const clean = (laterMs: number) => cleanTrialDirs(host.stateDir, keep, new Set(), Date.now() + laterMs);
  expect(await clean(5000)).toBe(0);
  expect(await clean(60_000)).toBe(1);
});
