import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type FettleProcess, startFettle, untilReady } from "./fettle-process.ts";
import { freePort } from "./free-port.ts";
import { createTestDatabase } from "./postgres.ts";
import { startRedis } from "./redis.ts";

export type Part = "serve" | "schedule" | "agent";

/** The service as separate processes on a database of its own; leases are twenty times as short as usual. */
export interface FettleWorld {
  directory: string;
  url: string;
  settings: Record<string, string>;
  start(part: Part): FettleProcess;
  /** Kills a part with SIGKILL and starts it again; returns when the API answers. */
  crash(part: Part): Promise<void>;
  get<Reply>(path: string): Promise<Reply>;
  post(path: string, body: unknown): Promise<void>;
  /** Runs `fettle study verify` and expects no complaint. */
  verify(study: string): Promise<void>;
  close(): Promise<void>;
}

export async function createFettleWorld(backend: "postgres" | "redis", slots = 3): Promise<FettleWorld> {
  const directory = mkdtempSync(join(tmpdir(), "fettle-world-"));
  const database = await createTestDatabase();
  const redis = backend === "redis" ? await startRedis() : null;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings: Record<string, string> = {
    DATABASE_URL: database.url,
    FETTLE_DATA_DIR: join(directory, "data"),
    FETTLE_PORT: String(port),
    FETTLE_URL: url,
    FETTLE_SLOTS: String(slots),
    FETTLE_AGENT_NAME: "world",
    // Leases of 3 s instead of 60: the same protocol, twenty times as fast.
    FETTLE_INTERVAL_SCALE: "20",
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  };
  const parts = new Map<Part, FettleProcess>();
  const start = (part: Part): FettleProcess => {
    const started = startFettle([part], settings, directory);
    parts.set(part, started);
    return started;
  };
  return {
    directory,
    url,
    settings,
    start,
    async crash(part) {
      await parts.get(part)?.kill("SIGKILL");
      const again = start(part);
      if (part === "serve") await untilReady(url, again);
    },
    async get<Reply>(path: string): Promise<Reply> {
      const reply = await fetch(url + path);
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
      return (await reply.json()) as Reply;
    },
    async post(path, body) {
      const headers = { "content-type": "application/json" };
      const reply = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
      expect(reply.status, await reply.clone().text()).toBe(201);
    },
    async verify(study) {
      const verify = startFettle(["study", "verify", study], settings, directory);
      expect(await verify.exited, verify.log()).toBe(0);
    },
    async close() {
      await Promise.all([...parts.values()].map((part) => part.kill("SIGKILL")));
      await redis?.stop();
      await database.drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
