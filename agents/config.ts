import { arch, availableParallelism, platform, totalmem, uptime } from "node:os";
import { FettleError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Gpu } from "../core/placement.ts";
import { type RegisterRequest, registerRequestSchema } from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";
import type { KeepTrialDirs } from "./trial-dirs.ts";

/** What an agent is started with, and what it offers the server because of it. */

export interface AgentOptions {
  /** The server's base URL; also told to training processes. */
  url: string;
  /** Bearer token of scope `agent`; none for a server on loopback that asks for none. */
  token?: string;
  /** Unique among the server's agents: the newest process of a name is served. */
  name: string;
  pool: string;
  /** Added to the automatic ones (os, arch, gpu), and winning over them. */
  labels: Record<string, string>;
  /** Trials at once. Default: the number of GPUs; without one, the number of CPU cores. */
  slots?: number;
  /** CPU cores to hand out. Default: all. */
  cpus?: number;
  /** Main memory to hand out. Default: all. */
  memoryMb?: number;
  /** Trial directories, spools and the lock of this agent; nobody else's. */
  stateDir: string;
  /** Monotonic milliseconds that go on while the process, or the host, sleeps: `hostClock`. */
  clock: () => number;
  randomness: Rng;
  log: Log;
  version?: string;
  /** When trial directories are removed. Default: after 7 days, or beyond 10,000. */
  keepTrialDirs?: KeepTrialDirs;
  /** With less free than this on the state directory's file system it takes no trials. Default 100. */
  minFreeDiskMb?: number;
}

/**
 * Milliseconds since boot. CLOCK_BOOTTIME, by way of libuv: unlike Node's monotonic clock it goes on while the host
 * is suspended, when a lease runs out all the same. Resolution 10 ms.
 */
export function hostClock(): number {
  return uptime() * 1000;
}

const MEGABYTE = 1024 * 1024;

/** The registration of a host with these GPUs. @throws FettleError "invalid-config", each wrong option named. */
export function hostOffer(options: AgentOptions, gpus: readonly Gpu[], session: string): RegisterRequest {
  const cpus = options.cpus ?? availableParallelism();
  const offer = registerRequestSchema.safeParse({
    name: options.name,
    session,
    version: options.version ?? "0",
    pool: options.pool,
    labels: { ...automaticLabels(gpus), ...options.labels },
    gpus,
    cpus,
    memoryMb: options.memoryMb ?? Math.floor(totalmem() / MEGABYTE),
    slots: options.slots ?? (gpus.length > 0 ? gpus.length : Math.max(1, Math.floor(cpus))),
  });
  if (offer.success) return offer.data;
  throw new FettleError("invalid-config", "the agent's options are wrong", {
    fields: offer.error.issues.map(({ path, code, message }) => ({
      pointer: `/${path.join("/")}`,
      code,
      message,
    })),
  });
}

function automaticLabels(gpus: readonly Gpu[]): Record<string, string> {
  const models = [...new Set(gpus.map((gpu) => gpu.name))];
  return {
    os: platform(),
    arch: arch(),
    ...(models.length > 0 ? { gpu: models.join(", ").slice(0, 255) } : {}),
  };
}
