import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startFettle } from "../support/fettle-process.ts";
import { waitFor } from "../support/wait-for.ts";

const main = new URL("../../cli/main.ts", import.meta.url).pathname;

/** For scratch files of its own: other quickstarts may come and go meanwhile. */
let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "fettle-test-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));
const left = () => readdirSync(scratch).filter((name) => name.startsWith("fettle-quickstart-"));

test("the quickstart tunes a real classifier, whatever servers the surroundings name, and leaves nothing behind", {
  timeout: 180_000,
}, async () => {
  const { PATH = "" } = process.env;
  const nowhere = "127.0.0.1:1";
  const env = {
    PATH,
    TMPDIR: scratch,
    DATABASE_URL: `postgres://x@${nowhere}/x`,
    REDIS_URL: `redis://${nowhere}`,
  };
  const argv = ["--import", import.meta.resolve("tsx"), main, "quickstart", "-o", "json"];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { env, cwd: scratch });

  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ completed: 30, failed: 0, trials: 30, study: "digits" });
  expect(result.bestValue - result.medianValue).toBeGreaterThan(0.01);
  expect(result.bestValue).toBeGreaterThan(0.92);
  expect(Object.keys(result.bestParams)).toContain("lr");
  expect(result.seconds).toBeGreaterThan(0);
  expect(stderr).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:\d+\/studies\/digits$/m);
  expect(left()).toEqual([]);
});

test("the quickstart names the page where no browser can show it, and Ctrl-C ends it in order", {
  timeout: 60_000,
}, async () => {
  const quickstart = startFettle(
    ["quickstart", "--open"],
    { BROWSER: "/nowhere/browser", TMPDIR: scratch },
    scratch,
  );
  await waitFor(() => left().length === 1, { timeoutMs: 20_000, what: "the scratch directory" });
  const said = "No browser could be opened (/nowhere/browser: ENOENT); open that page yourself.";
  await waitFor(() => quickstart.log().includes(said), { timeoutMs: 40_000, what: "word of the browser" });
  const [page = ""] = /http:\/\/127\.0\.0\.1:\d+\/studies\/digits/.exec(quickstart.log()) ?? [];
  expect(await (await fetch(page)).text()).toContain("<title>Fettle");
  await quickstart.kill("SIGINT");
  expect(await quickstart.exited, quickstart.log()).toBe(130);
  expect(left()).toEqual([]);
});
