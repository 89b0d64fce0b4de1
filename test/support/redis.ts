import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { waitFor } from "./wait-for.ts";

export interface TestRedis {
  url: string;
  /** Runs one command on a connection of its own. */
  command(name: string, ...args: string[]): Promise<unknown>;
  /** SIGKILL; the append-only file stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and directory, unless it runs. */
  start(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

export function redisAvailable(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/**
 * A private redis-server on a free port. `settings` override the ones that a Fettle installation needs.
 * Without redis-server on the PATH this throws, in CI and elsewhere: the Redis half is never skipped.
 */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<TestRedis> {
  if (!redisAvailable()) {
    throw new Error(
      "These tests need redis-server on the PATH: `apt-get install redis-server` or `brew install redis`.",
    );
  }
  const directory = await mkdtemp(join(tmpdir(), "fettle-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = Object.entries({
    port: String(port),
    bind: "127.0.0.1",
    dir: directory,
    save: "",
    appendonly: "yes",
    "maxmemory-policy": "noeviction",
    "enable-debug-command": "local",
    ...settings,
  }).flatMap(([name, value]) => [`--${name}`, value]);
  let server: ChildProcess | undefined;
  const killOnExit = () => server?.kill("SIGKILL");
  process.on("exit", killOnExit);

  const running = () => server !== undefined && server.exitCode === null && server.signalCode === null;

  async function start(): Promise<void> {
    // A second one could not bind the port, and whoever holds it would be forgotten and never stopped.
    if (running()) return;
    server = spawn("redis-server", args, { stdio: "ignore" });
    await waitFor(() => command("ping").catch(() => undefined), { what: "redis-server" });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server === undefined || !running()) return;
    const exited = once(server, "exit");
    server.kill(signal);
    await exited;
  }

  async function command(name: string, ...rest: string[]): Promise<unknown> {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return await client.call(name, ...rest);
    } finally {
      client.disconnect();
    }
  }

  await start();
  return {
    url,
    command,
    start,
    kill: () => end("SIGKILL"),
    stop: async () => {
      await end("SIGTERM");
      process.off("exit", killOnExit);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
