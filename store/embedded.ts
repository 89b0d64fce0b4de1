import { once } from "node:events";
import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FettleError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { chooseAccount } from "./embedded/account.ts";
import { findBinaries } from "./embedded/binaries.ts";
import { type Cluster, clusterIn, ensureCluster } from "./embedded/cluster.ts";
import type { Launched } from "./embedded/launch.ts";
import { commandLine } from "./embedded/process.ts";
import { findServer, logTail, type RunningServer, startServer, trimLog } from "./embedded/server.ts";
import { openConnection } from "./postgres/connection.ts";

export interface EmbeddedPostgres {
  /** For the superuser, with the password. */
  url: string;
  /** Whether another process runs the server; it then ends with that process. */
  adopted: boolean;
  /** Resolves with the reason when the server has gone without `stop`. Never rejects. */
  lost: Promise<FettleError>;
  /** Ends the server if this process started it. Safe to call again. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made when missing; its parent too. */
  dataDir: string;
  log: Log;
  /** Server settings on top of the built-in ones. */
  settings?: Readonly<Record<string, string>>;
  /** How long a start or another process's server may take to answer. Default 30 s; crash recovery counts too. */
  timeoutMs?: number;
}

const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * A PostgreSQL server for this machine, from the programs that npm installed: started here, or adopted from another
 * process that uses the same directory. Listens on loopback with a random password.
 * @throws FettleError "embedded-postgres" with the server's last words and the way out.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const parent = dirname(resolve(options.dataDir));
  await mkdir(parent, { recursive: true });
  // PostgreSQL reports its directory without symbolic links, and adoption compares.
  const dataDir = join(await realpath(parent), basename(options.dataDir));
  const cluster = clusterIn(dataDir);
  for (;;) {
    const found = await findServer(cluster, timeoutMs);
    if (found.type === "running") return adopt(found.server, options.log);
    if (found.type === "unreachable") throw unreachable(dataDir, found.pid, found.port, found.reason);
    const installed = await findBinaries(`${dataDir}-lib`);
    const { account, binaries } = await chooseAccount(installed, dirname(dataDir));
    await ensureCluster(dataDir, account, binaries);
    await trimLog(cluster);
    const outcome = await startServer(cluster, account, binaries, options.settings ?? {}, timeoutMs);
    if (outcome.type === "started") return own(cluster, outcome.server, outcome.launched, options.log);
  }
}

function own(
  cluster: Cluster,
  server: RunningServer,
  { child, release }: Launched,
  log: Log,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const exited = once(child, "exit");
  const lost = new Promise<FettleError>((resolveLost) => {
    void exited.then(async () => {
      release();
      if (stopping !== undefined) return;
      const tail = await logTail(cluster);
      log.error({ pid: server.pid }, "the embedded PostgreSQL ended");
      resolveLost(new FettleError("embedded-postgres", `The embedded PostgreSQL ended:\n${tail}`));
    });
  });
  // The server's life is bound to this process's; it must not keep the process alive.
  child.unref();
  log.info({ pid: server.pid }, "embedded PostgreSQL started");
  return {
    url: server.url,
    adopted: false,
    lost,
    stop: () => {
      stopping ??= shutDown();
      return stopping;
    },
  };

  async function shutDown(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.kill("SIGINT");
    const timers = [
      setTimeout(() => child.kill("SIGQUIT"), FAST_SHUTDOWN_MS),
      setTimeout(() => child.kill("SIGKILL"), FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS),
    ];
    await exited;
    for (const timer of timers) clearTimeout(timer);
  }
}

/** How often, and how soon again, an adopter tries to reach a server whose process still lives. */
const WATCH_TRIES = 50;
const WATCH_PAUSE_MS = 100;

/** Uses another process's server, and keeps one connection open to notice when it goes. */
function adopt(server: RunningServer, log: Log): EmbeddedPostgres {
  let stopped = false;
  let close: () => Promise<void> = async () => undefined;
  const lost = new Promise<FettleError>((resolveLost) => {
    async function watch(triesLeft = WATCH_TRIES): Promise<void> {
      if (stopped) return;
      try {
        const connection = await openConnection(server.url, {}, () => void watch());
        close = () => connection.close(0);
        if (stopped) await close();
      } catch (cause) {
        if (stopped) return;
        // Cut while it was being opened: as long as the server's process is there, that says nothing.
        if (triesLeft > 0 && (await commandLine(server.pid)) !== "") {
          await new Promise((resolve) => setTimeout(resolve, WATCH_PAUSE_MS));
          return watch(triesLeft - 1);
        }
        log.error({ pid: server.pid }, "the embedded PostgreSQL of another process is gone");
        resolveLost(ownerGone(cause));
      }
    }
    void watch();
  });
  log.info({ pid: server.pid }, "using the embedded PostgreSQL of another process");
  return {
    url: server.url,
    adopted: true,
    lost,
    stop: async () => {
      stopped = true;
      await close();
    },
  };
}

function ownerGone(cause: unknown): FettleError {
  return new FettleError(
    "embedded-postgres",
    "The Fettle process whose embedded PostgreSQL this one used has stopped.",
    {
      cause,
      hint: "Start this command again: it then runs the server itself. For a server that outlives its users, set DATABASE_URL.",
    },
  );
}

function unreachable(dataDir: string, pid: number, port: number | undefined, reason: string): FettleError {
  const where = port === undefined ? "" : ` on 127.0.0.1:${port}`;
  return new FettleError(
    "embedded-postgres",
    `A PostgreSQL server (process ${pid}) holds ${dataDir} but cannot be used${where}: ${reason}.`,
    { hint: `Stop process ${pid}, choose another data directory, or set DATABASE_URL.` },
  );
}
