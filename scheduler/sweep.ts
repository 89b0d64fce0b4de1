import type { Store } from "../core/store.ts";

export interface SweepDeps {
  store: Pick<Store, "noteSweep" | "reapLostAttempts" | "studiesToAdvance" | "poolsToHint">;
  /** Sees to it that the study has a turn soon. The sweep does not wait for it: a turn may take as long as a suggestion. */
  advance(studyId: string): void;
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
  /** No sign of a scheduler for this long means that we were away, not the agents. */
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
  for (const study of await store.studiesToAdvance(timing.idleMs, BATCH)) advance(study);
  for (const { pool, queued } of await store.poolsToHint(timing.hintMs)) hint(pool, queued);
}

async function drain(next: () => Promise<string[]>, advance: SweepDeps["advance"]): Promise<void> {
  for (;;) {
    const studies = await next();
    for (const study of studies) advance(study);
    if (studies.length < BATCH) return;
  }
}
