import { randomUUID } from "node:crypto";
import { messageOf } from "../core/errors.ts";
import type { Capacity, Gpu, Resources } from "../core/placement.ts";
import type { RegisterRequest } from "../core/protocol.ts";
import { type AgentOptions, hostOffer } from "./config.ts";
import { createCordon } from "./cordon.ts";
import { sweepLeftovers } from "./executors/index.ts";
import { discoverGpus } from "./gpu.ts";
import { createPlacement, type Reservation } from "./placement-local.ts";
import { cleanTrialDirs, createSpoolDir, DEFAULT_KEEP } from "./trial-dirs.ts";

/** The machine that an agent runs on: what it has, what is free of it, and whether it is fit for new trials. */
export interface Host {
  /** What the agent offers in all, with the GPUs found last. */
  offer(): RegisterRequest;
  /** What is free now; no slots while the host is unfit. `running`: attempts that hold a slot. */
  free(running: number): Capacity;
  /** Takes a trial's share until it is released; null when there is none. */
  reserve(resources: Resources): Reservation | null;
  /** GPUs that the server does not know of yet; null when nothing changed. */
  newInventory(): Gpu[] | null;
  inventoryTold(): void;
  /** A write failed for lack of space. */
  diskFull(): void;
  /** After each heartbeat: looks at the disk, at times at the GPUs and at old trial directories. True: `free` changed. */
  tend(trialsInUse: ReadonlySet<string>): Promise<boolean>;
}

/** GPUs are looked for again with each of so many heartbeats: a card may fall off the bus, or come back. */
const DISCOVER_EVERY = 6;
/** Old trial directories are looked for with each of so many heartbeats (an hour at the default pace). */
const CLEAN_EVERY = 360;

/**
 * Finds the GPUs and kills what an earlier agent of this state directory left running.
 * @throws FettleError "invalid-config" for wrong options
 */
export async function openHost(options: AgentOptions): Promise<Host> {
  const orphans = await sweepLeftovers(options.stateDir);
  if (orphans > 0)
    options.log.warn({ orphans }, `killed ${orphans} processes that an earlier agent left running`);
  await createSpoolDir(options.stateDir);
  const gpus = await discoverGpus();
  const offer = hostOffer(options, gpus, randomUUID());
  const host = createHost(options, offer);
  await host.tend(new Set());
  return host;
}

function createHost(options: AgentOptions, offer: RegisterRequest): Host {
  const { log, stateDir } = options;
  const placement = createPlacement(offer);
  const cordon = createCordon(stateDir, options.minFreeDiskMb ?? 100);
  let beats = 0;
  let looking = false;
  let inventory = offer.gpus;
  let told = inventory;

  async function lookAround(trialsInUse: ReadonlySet<string>): Promise<boolean> {
    const turn = beats++;
    if (turn % CLEAN_EVERY === 0) {
      const removed = await cleanTrialDirs(
        stateDir,
        options.keepTrialDirs ?? DEFAULT_KEEP,
        trialsInUse,
        Date.now(),
      );
      if (removed > 0) log.info({ removed }, `removed ${removed} old trial directories`);
    }
    if (turn % DISCOVER_EVERY === DISCOVER_EVERY - 1) {
      const found = await discoverGpus();
      if (!sameGpus(inventory, found)) {
        inventory = found;
        placement.update(found);
      }
    }
    const changed = await cordon.check();
    if (changed)
      log.warn({}, cordon.reason() === null ? "takes trials again" : `takes no trials: ${cordon.reason()}`);
    return changed || inventory !== told;
  }

  return {
    offer: () => ({ ...offer, gpus: inventory }),
    free(running) {
      const slots = cordon.reason() === null ? Math.max(0, offer.slots - running) : 0;
      return { pool: offer.pool, labels: offer.labels, slots, ...placement.free() };
    },
    reserve: (resources) => placement.take(resources),
    newInventory: () => (inventory === told ? null : inventory),
    inventoryTold() {
      told = inventory;
    },
    diskFull() {
      if (cordon.reason() === null) log.warn({}, "takes no trials for now: a write found the disk full");
      cordon.diskFull();
    },
    async tend(trialsInUse) {
      // A GPU driver or a network file system that hangs is waited for once, not by every heartbeat anew.
      if (looking) return false;
      looking = true;
      try {
        return await lookAround(trialsInUse);
      } catch (error) {
        log.warn({}, `could not look after this host: ${messageOf(error)}`);
        return false;
      } finally {
        looking = false;
      }
    },
  };
}

function sameGpus(before: readonly Gpu[], after: readonly Gpu[]): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
