import { execFile, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StudyResource } from "../../core/resources.ts";
import { freePort } from "../support/free-port.ts";
import { waitFor } from "../support/wait-for.ts";

const root = new URL("../..", import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** As npm would install it: package.json, dist/ and the dependencies, and none of the sources. */
let installed: string;
let program: string;

beforeAll(async () => {
  installed = mkdtempSync(join(tmpdir(), "fettle-bundle-"));
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  symlinkSync(join(root, "node_modules"), join(installed, "node_modules"));
  program = join(installed, "dist", "fettle.js");
  await build({ cwd: root, outDir: join(installed, "dist"), logLevel: "error" });
});

afterAll(() => rmSync(installed, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

const { PATH = "" } = process.env;

const fettle = (args: string[], env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [program, ...args], { cwd: installed, env: { PATH, ...env } });

test("the bundle shows its help and its version, run by its own name", async () => {
  const { stdout } = await promisify(execFile)(program, ["--help"], { cwd: tmpdir(), env: { PATH } });
  expect(stdout).toContain("Usage: fettle");
  expect((await fettle(["version"])).stdout.trim()).toBe(version);
});

test("the help loads none of the bundled server: what is lazy in the source is lazy in the bundle", () => {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(installed, "dist", file), "utf8");
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?:[^;]*? from )?"([^"]+)";/gm)) {
      if (specifier.startsWith("./")) visit(specifier.slice(2));
      else if (!specifier.startsWith("node:")) packages.add(specifier);
    }
  };
  visit("fettle.js");
  expect([...packages]).toEqual(["commander"]);
});

test("the bundle runs a study from its file to the answer", { timeout: 120_000 }, async () => {
  const port = String(await freePort());
  const settings = {
    FETTLE_DATA_DIR: join(installed, "data"),
    FETTLE_PORT: port,
    FETTLE_INTERVAL_SCALE: "20",
  };
  writeFileSync(join(installed, "train.mjs"), 'console.log("loss=" + process.argv[2].slice(4));');
  writeFileSync(
    join(installed, "study.json"),
    JSON.stringify({
      name: "bundled",
      command: [process.execPath, "train.mjs", "{{args}}"],
      parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
      objectives: [{ metric: "loss", goal: "minimize" }],
      budget: { maxTrials: 3 },
      seed: 1,
    }),
  );
  const up = spawn(process.execPath, [program, "up"], {
    cwd: installed,
    env: { PATH, ...settings },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => up.once("exit", resolve));
  let log = "";
  up.stderr.on("data", (chunk) => {
    log += chunk;
  });
  try {
    await waitFor(() => log.includes("is ready at") || up.exitCode !== null, {
      timeoutMs: 30_000,
      what: "the service",
    });
    expect(up.exitCode, log).toBeNull();
    await fettle(["study", "create", "-f", "study.json"], settings);
    const { stdout } = await fettle(["study", "wait", "bundled", "--timeout", "60s", "-o", "json"], settings);
    expect((JSON.parse(stdout) as StudyResource).counts).toMatchObject({ completed: 3, failed: 0 });
    // Derived by the bundled thread, and not by the fallback for one that cannot be started.
    const events = (await fettle(["study", "watch", "bundled"], settings)).stdout.trimEnd().split("\n");
    const scheduled = events.map((line) => JSON.parse(line)).filter(({ type }) => type === "trial.scheduled");
    expect(scheduled.map(({ reason }) => reason.rule)).toEqual(["gp-initial", "gp-initial", "gp-log-ei"]);
    expect((await fettle(["study", "verify", "bundled"], settings)).stderr).toContain("bundled verified");
  } finally {
    up.kill("SIGTERM");
  }
  expect(await exited, log).toBe(0);
});
