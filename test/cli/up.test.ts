import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { StudyResource, TrialResource } from "../../core/resources.ts";
import { bundledProgram } from "../support/bundled-program.ts";
import { type FettleProcess, startFettle, untilReady } from "../support/fettle-process.ts";
import { freePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

/** A training script that knows nothing of Fettle: the nearer x is to 0.3, the better. */
const TRAIN = 'const x = Number(process.argv[2].split("=")[1]); console.log("loss=" + (x - 0.3) ** 2);';
const STUDY = `
name: parabola
command: [${JSON.stringify(process.execPath)}, train.mjs, "{{args}}"]
parameters: [{ name: x, type: float, low: 0, high: 1 }]
objectives: [{ metric: loss, goal: minimize }]
budget: { maxTrials: 4 }
parallelism: 2
seed: 1
`;

let folder: string;
let url: string;
let settings: Record<string, string>;
let up: FettleProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fettle-up-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  settings = {
    FETTLE_DATA_DIR: join(folder, "data"),
    FETTLE_PORT: String(port),
    FETTLE_INTERVAL_SCALE: "20",
  };
  writeFileSync(join(folder, "train.mjs"), TRAIN);
  writeFileSync(join(folder, "study.yaml"), STUDY);
  up = startFettle(["up"], settings, folder);
  await untilReady(url, up);
});

afterEach(async () => {
  await up.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end, in another folder than the study's, found by the data directory alone. */
function fettle(...args: string[]): Promise<Ended> {
  const { PATH = "" } = process.env;
  const env = { PATH, FETTLE_DATA_DIR: settings.FETTLE_DATA_DIR };
  const argv = [bundledProgram(), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { env, cwd: tmpdir() }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
        stdout,
        stderr,
      });
    });
  });
}

test("fettle up runs a study from its file to the answer, by commands alone", {
  timeout: 120_000,
}, async () => {
  const created = await fettle("study", "create", "-f", join(folder, "study.yaml"), "-o", "json");
  expect(created).toMatchObject({ code: 0 });
  expect((JSON.parse(created.stdout) as StudyResource).spec.workingDirectory).toBe(folder);

  const waited = await fettle("study", "wait", "--timeout", "60s", "--exit-status", "-o", "json");
  expect(waited, waited.stderr).toMatchObject({ code: 0 });
  const study = JSON.parse(waited.stdout) as StudyResource;
  expect(study.counts).toMatchObject({ completed: 4, failed: 0 });

  const listed = await fettle("trial", "ls", "--sort", "value", "-o", "jsonl");
  const trials = listed.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TrialResource);
  const losses = trials.map(({ values }) => values[0] as number);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  expect(losses[0]).toBe((Number(trials[0]?.params.x) - 0.3) ** 2);

  const best = await fettle("best", "--as", "args");
  expect(best.stdout).toBe(`--x=${JSON.stringify(trials[0]?.params.x)}\n`);
  const logs = await fettle("trial", "logs", "parabola/0");
  expect(logs.stdout).toMatch(/^loss=/);
  const watched = await fettle("study", "watch", "parabola");
  const seqs = watched.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).seq as number);
  expect(seqs).toEqual(Array.from({ length: study.lastSeq }, (_, index) => index + 1));
  const exported = await fettle("study", "export", "parabola");
  expect(exported.stdout.trimEnd().split("\r\n")).toHaveLength(1 + 4);

  const verified = await fettle("study", "verify", "parabola");
  expect(verified.stderr).toContain("verified");
  expect(verified.code).toBe(0);
});

test("commands exit with the codes that are documented", { timeout: 120_000 }, async () => {
  const [missing, refused, unconfirmed, unreachable] = await Promise.all([
    fettle("study", "get", "nobody"),
    fettle("trial", "get", "one"),
    fettle("study", "rm", "nobody"),
    fettle("study", "ls", "--url", `http://127.0.0.1:${await freePort()}`),
  ]);
  expect([missing.code, refused.code, unconfirmed.code, unreachable.code]).toEqual([3, 2, 3, 6]);
  expect(missing.stdout).toBe("");
  expect(missing.stderr).not.toMatch(/\n\s+at /);

  const file = join(folder, "study.yaml");
  expect((await fettle("study", "create", "-f", file, "--name", "twin")).code).toBe(0);
  expect((await fettle("study", "create", "-f", file, "--name", "twin")).code).toBe(5);
});

test("fettle up serves the dashboard, and says where", { timeout: 60_000 }, async () => {
  await waitFor(() => up.log().includes("is ready at"), { what: "the first words" });
  expect(up.log()).toContain(`  Dashboard:       ${url}\n`);
  for (const path of ["/", "/studies/any", "/hosts"]) {
    const reply = await fetch(url + path);
    expect(reply.headers.get("content-type")).toContain("text/html");
    expect(await reply.text()).toContain("<title>Fettle</title>");
  }
});

test("a second fettle up in the same directory says where the first one is", {
  timeout: 60_000,
}, async () => {
  const second = startFettle(["up"], { ...settings, FETTLE_PORT: "0" }, folder);
  expect(await second.exited).toBe(5);
  expect(second.log()).toContain(url);
  expect(second.log()).toContain(String(up.pid));
});

test("a signal ends fettle up in order: exit 0, its note gone, the database stopped", {
  timeout: 60_000,
}, async () => {
  const note = join(folder, "data", "up.json");
  expect(JSON.parse(readFileSync(note, "utf8"))).toMatchObject({ pid: up.pid, url });
  await up.kill("SIGTERM");
  expect(await up.exited).toBe(0);
  expect(existsSync(note)).toBe(false);
  expect(existsSync(join(folder, "data", "postgres", "postmaster.pid"))).toBe(false);
});
