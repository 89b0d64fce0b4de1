import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startFettle } from "../support/fettle-process.ts";
import { waitFor } from "../support/wait-for.ts";

const main = new URL("../../cli/main.ts", import.meta.url).pathname;
const scratch = () => readdirSync(tmpdir()).filter((name) => name.startsWith("fettle-quickstart-"));

test("the quickstart tunes a real classifier, whatever servers the surroundings name, and leaves nothing behind", {
  timeout: 180_000,
}, async () => {
  const before = scratch();
  const { PATH = "" } = process.env;
  const nowhere = "127.0.0.1:1";
  const env = { PATH, DATABASE_URL: `postgres://x@${nowhere}/x`, REDIS_URL: `redis://${nowhere}` };
  const argv = ["--import", import.meta.resolve("tsx"), main, "quickstart", "-o", "json"];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, argv, { env, cwd: tmpdir() });

  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ completed: 30, failed: 0, trials: 30, study: "digits" });
  expect(result.bestValue - result.medianValue).toBeGreaterThan(0.01);
  expect(result.bestValue).toBeGreaterThan(0.92);
  expect(Object.keys(result.bestParams)).toContain("lr");
  expect(result.seconds).toBeGreaterThan(0);
  expect(stderr).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:\d+\/studies\/digits$/m);
  expect(scratch()).toEqual(before);
});

test("the quickstart names the page where no browser can show it, and Ctrl-C ends it in order", {
  timeout: 60_000,
}, async () => {
  const before = scratch();
  const quickstart = startFettle(["quickstart", "--open"], { BROWSER: "/nowhere/browser" }, tmpdir());
  const said = "No browser could be opened (/nowhere/browser: ENOENT); open that page yourself.";
  await waitFor(() => quickstart.log().includes(said), { timeoutMs: 40_000, what: "word of the browser" });
  const [page = ""] = /http:\/\/127\.0\.0\.1:\d+\/studies\/digits/.exec(quickstart.log()) ?? [];
  expect(await (await fetch(page)).text()).toContain("<title>Fettle");
  await quickstart.kill("SIGINT");
  expect(await quickstart.exited, quickstart.log()).toBe(130);
  expect(scratch()).toEqual(before);
});
