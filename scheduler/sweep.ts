import type { Store } from "../core/store.ts";

export interface SweepDeps {
  store: Pick<Store, "noteSweep" | "reapLostAttempts" | "studiesToAdvance" | "poolsToHint" | "purge">;
  advance(studyId: string): Promise<void>;
  /** Tells whoever waits for work in this pool that `queued` trials are there. */
  hint(pool: string, queued: number): void;
  timing: SweepTiming;
}

export interface SweepTiming {
  /** Between two sweeps. */
  sweepMs: number;
  leaseMs: number;
  /** How long past its lease an attempt is given. */
  graceMs: number;
  /** No sweep for this long means that we were away, not the agents. */
  outageMs: number;
  /** A study without a turn for this long gets one, for limits in time. */
  idleMs: number;
  /** A trial queued this long without a hint gets one. */
  hintMs: number;
}

const BATCH = 100;

/**
 * What makes hints unnecessary for correctness: finds in the tables everything that should be moving and is not.
 * Safe to run in any number of schedulers at once.
 */
export async function sweep({ store, advance, hint, timing }: SweepDeps): Promise<void> {
  // First of all: after an outage of ours, running attempts get a full lease before any is declared lost.
  await store.noteSweep(timing.outageMs, timing.leaseMs);
  await drain(() => store.reapLostAttempts(timing.graceMs, BATCH), advance);
  await advanceAll(await store.studiesToAdvance(timing.idleMs, BATCH), advance);
  for (const { pool, queued } of await store.poolsToHint(timing.hintMs)) hint(pool, queued);
}

async function drain(next: () => Promise<string[]>, advance: SweepDeps["advance"]): Promise<void> {
  for (;;) {
    const studies = await next();
    await advanceAll(studies, advance);
    if (studies.length < BATCH) return;
  }
}

async function advanceAll(studies: readonly string[], advance: SweepDeps["advance"]): Promise<void> {
  await Promise.all([...new Set(studies)].map(advance));
}
