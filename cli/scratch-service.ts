import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "./client.ts";
import type { Io } from "./command.ts";
import { createLog } from "./compose/log.ts";
import { startService } from "./compose/service.ts";
import type { Config } from "./config.ts";

/** The whole service in a directory of its own, for a run that leaves nothing behind. */

export interface ScratchOptions {
  config: Config;
  io: Io;
  /** Of the agent, and part of the directory's name. */
  name: string;
  /** Trials at a time; absent: as many as the host has room for. */
  slots?: number;
  /** Whether the directory stays. */
  keep: boolean;
}

/** @param work gets a client of the service, and the directory. What ends early ends the run: its error is thrown. */
export async function withScratchService<Result>(
  options: ScratchOptions,
  work: (client: Client, directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await scratchDirectory(options.name);
  try {
    return await inDirectory(directory, options, work);
  } finally {
    if (!options.keep) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Readable by nobody else, but PostgreSQL, which does not run as root, must be able to enter it. */
async function scratchDirectory(name: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `fettle-${name}-`));
  if (process.getuid?.() === 0) await chmod(directory, 0o711);
  return directory;
}

/** On a free port, whatever the surroundings are set to. */
async function inDirectory<Result>(
  directory: string,
  { config, io, name, slots }: ScratchOptions,
  work: (client: Client, directory: string) => Promise<Result>,
): Promise<Result> {
  const log = createLog("warn", io.err, true);
  const scratch: Config = {
    ...config,
    databaseUrl: undefined,
    redisUrl: undefined,
    host: "127.0.0.1",
    port: 0,
    token: undefined,
    adminToken: undefined,
    auth: "open-loopback",
    allowedHosts: undefined,
    dataDir: directory,
    agentName: name,
    pool: "default",
    slots,
    labels: undefined,
    intervalScale: 1,
  };
  io.err.write("Starting PostgreSQL, the API, the scheduler and an agent in a scratch directory …\n");
  const [service, { openAgent }] = await Promise.all([
    startService(scratch, { api: true, scheduler: true }, log),
    import("./compose/agent.ts"),
  ]);
  const url = service.url as string;
  const agent = openAgent(scratch, url, log);
  try {
    const result = work(createClient({ url, token: undefined }), directory);
    // What ends early ends the run: an agent that cannot start, a database that is gone.
    const failure = Promise.race([service.lost, agent.done]).then((end) => {
      throw end instanceof Error ? end : new Error(end.message);
    });
    return await Promise.race([result, failure]);
  } finally {
    agent.stop();
    await agent.done.catch(() => undefined);
    await service.close();
  }
}
