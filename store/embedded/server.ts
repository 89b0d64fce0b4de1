import { once } from "node:events";
import { open, readFile, rm, stat, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { FettleError } from "../../core/errors.ts";
import { openConnection } from "../postgres/connection.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { type Cluster, notExecutable, readPassword, USER } from "./cluster.ts";
import { type Launched, launch } from "./launch.ts";
import { commandLine } from "./process.ts";

const POLL_MS = 10;
const MAX_LOG_BYTES = 10_000_000;

/** For one user's machine: little memory, few processes. fsync stays on. */
const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: "100",
  shared_buffers: "64MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  io_method: "sync",
  max_parallel_workers: "2",
  jit: "off",
  random_page_cost: "1.1",
  checkpoint_timeout: "15min",
  max_wal_size: "512MB",
  log_checkpoints: "off",
  timezone: "UTC",
};

export interface RunningServer {
  url: string;
  pid: number;
}

export type StartOutcome =
  | { type: "started"; server: RunningServer; launched: Launched }
  /** Another process started a server on this data a moment earlier. */
  | { type: "locked" };

/** Starts the server on a free port; resolves when it answers. @throws FettleError "embedded-postgres" with its log. */
export async function startServer(
  cluster: Cluster,
  account: Account,
  binaries: Binaries,
  settings: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<StartOutcome> {
  const port = await freePort();
  const log = await open(cluster.log, "a", 0o600);
  const logStart = (await log.stat()).size;
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const args = ["-D", cluster.data, "-h", "127.0.0.1", "-p", String(port), "-k", "", ...options];
  const launched = launch(account, binaries, binaries.postgres, args, ["ignore", log.fd, log.fd]);
  const exited = once(launched.child, "exit").catch((cause: NodeJS.ErrnoException) => {
    throw notExecutable(binaries.postgres, cause);
  });
  await log.close();
  const url = await urlOf(cluster, port);
  const ready = await Promise.race([answers(url, timeoutMs), exited.then(() => false)]);
  if (ready) return { type: "started", server: { url, pid: launched.child.pid! }, launched };
  launched.child.kill("SIGQUIT");
  await exited;
  launched.release();
  const tail = await logTail(cluster, logStart);
  if (tail.includes("postmaster.pid") && tail.includes("already exists")) return { type: "locked" };
  throw new FettleError("embedded-postgres", `The embedded PostgreSQL did not start:\n${tail}`, {
    hint: "Set DATABASE_URL to a PostgreSQL server (13 or newer) instead.",
  });
}

export type Found =
  | { type: "none" }
  | { type: "running"; server: RunningServer }
  /** A server holds the data but cannot be used. */
  | { type: "unreachable"; pid: number; port: number | undefined; reason: string };

/**
 * Looks for a server that already runs on the data, by its postmaster.pid. A file whose process is gone, or is another
 * program that got the same id, is removed.
 */
export async function findServer(cluster: Cluster, timeoutMs: number): Promise<Found> {
  const file = join(cluster.data, "postmaster.pid");
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
    const pid = Number(lines[0]);
    if (!(pid > 0)) return { type: "none" };
    const port = Number(lines[3]) || undefined;
    const attempt = port === undefined ? "it is still starting" : await tryServer(cluster, port);
    if (typeof attempt !== "string") return { type: "running", server: { url: attempt.url, pid } };
    if (!(await commandLine(pid)).includes(cluster.data)) {
      await rm(file, { force: true });
      return { type: "none" };
    }
    if (Date.now() > deadline) return { type: "unreachable", pid, port, reason: attempt };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The URL of the server on the port when it serves this data; otherwise why not. */
async function tryServer(cluster: Cluster, port: number): Promise<{ url: string } | string> {
  const url = await urlOf(cluster, port);
  try {
    const connection = await openConnection(url, { connect_timeout: 1 }, () => undefined);
    const rows = await connection.send<{ data_directory: string }[]>((sql) => sql`show data_directory`);
    await connection.close(0);
    return rows[0]?.data_directory === cluster.data ? { url } : "another server listens on its port";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Polls until the server answers. Its log would say so too, but in words that change with the version. */
async function answers(url: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    try {
      const connection = await openConnection(url, { connect_timeout: 2 }, () => undefined);
      await connection.close(0);
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
  return false;
}

async function urlOf(cluster: Cluster, port: number): Promise<string> {
  return `postgres://${USER}:${await readPassword(cluster)}@127.0.0.1:${port}/postgres`;
}

/** The last lines that the server wrote since byte `from`. */
export async function logTail(cluster: Cluster, from = 0): Promise<string> {
  const text = await readFile(cluster.log).catch(() => Buffer.alloc(0));
  return text.subarray(from).toString("utf8").trim().split("\n").slice(-12).join("\n");
}

/** Empties a log that has grown large; only while no server writes to it. */
export async function trimLog(cluster: Cluster): Promise<void> {
  const size = await stat(cluster.log).then(
    (log) => log.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await truncate(cluster.log);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP port");
  return address.port;
}
