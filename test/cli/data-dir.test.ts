import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseConfigFile } from "../../cli/config.ts";
import { announce, assertNotRunning } from "../../cli/data-dir.ts";
import { freePort } from "../support/free-port.ts";

let dataDir: string;
let server: Server;
let url: string;

beforeEach(async () => {
  dataDir = join(mkdtempSync(join(tmpdir(), "fettle-data-dir-")), ".fettle");
  server = createServer((_, reply) => reply.end("ok"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  rmSync(join(dataDir, ".."), { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

const config = () => parseConfigFile(readFileSync(join(dataDir, "config"), "utf8"));
const note = (pid: number, at: string) =>
  writeFileSync(join(dataDir, "up.json"), JSON.stringify({ pid, url: at }));

test("what runs is noted where commands look for it, for its owner's eyes only", () => {
  announce(dataDir, url);
  expect(config()).toEqual({ FETTLE_URL: url });
  expect(statSync(join(dataDir, "config")).mode & 0o077).toBe(0);
});

test("other lines of the config file stay, while it runs and after", () => {
  announce(dataDir, url)();
  writeFileSync(join(dataDir, "config"), "# mine\nFETTLE_PROJECT=vision\nFETTLE_URL=http://old\n");
  const withdraw = announce(dataDir, url);
  expect(config()).toEqual({ FETTLE_PROJECT: "vision", FETTLE_URL: url });
  withdraw();
  expect(readFileSync(join(dataDir, "config"), "utf8")).toBe("# mine\nFETTLE_PROJECT=vision\n");
});

test("withdrawing leaves nothing behind, and never the note of another process", () => {
  const withdraw = announce(dataDir, url);
  note(1, url);
  withdraw();
  expect(config()).toEqual({ FETTLE_URL: url });
  announce(dataDir, url)();
  expect(existsSync(join(dataDir, "config"))).toBe(false);
  expect(existsSync(join(dataDir, "up.json"))).toBe(false);
});

test("a second start in the directory is told which process runs, and where", async () => {
  announce(dataDir, url);
  note(1, url);
  await expect(assertNotRunning(dataDir)).rejects.toMatchObject({
    code: "conflict",
    message: `Fettle already runs in ${dataDir}: process 1, ${url}`,
    hint: expect.stringContaining("--data-dir"),
  });
});

test("a process that died, or that does not answer, is in nobody's way", async () => {
  announce(dataDir, url)();
  await assertNotRunning(dataDir);
  note(await deadPid(), url);
  await assertNotRunning(dataDir);
  note(1, `http://127.0.0.1:${await freePort()}`);
  await assertNotRunning(dataDir);
});

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid as number;
}
