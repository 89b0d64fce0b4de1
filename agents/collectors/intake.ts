/** Lets output through to its reader for as long as reading it leaves the agent time for its other trials. */
export interface Intake {
  add(bytes: Uint8Array): void;
  /** A new interval begins. */
  pass(): void;
  /** Output that no reader saw. */
  skippedBytes(): number;
}

/** Reading time in one interval; half of it again for what was put aside. */
const BUDGET_MS = 200;
/** The last of what came too fast is read after all: the final line of a run is what matters most. */
const ASIDE_BYTES = 128 * 1024;

const LINE_END = Buffer.from("\n");

/** `clock`: monotonic milliseconds. */
export function createIntake(read: (bytes: Uint8Array) => void, clock: () => number): Intake {
  let spentMs = 0;
  let skipped = 0;
  let cut = false;
  let aside: Uint8Array[] = [];
  let asideBytes = 0;

  return {
    add(bytes) {
      if (spentMs < BUDGET_MS) {
        const began = clock();
        read(bytes);
        spentMs += clock() - began;
        return;
      }
      aside.push(bytes);
      asideBytes += bytes.length;
      while (asideBytes - aside[0]!.length >= ASIDE_BYTES) {
        const dropped = aside.shift()!.length;
        asideBytes -= dropped;
        skipped += dropped;
        cut = true;
      }
    },
    pass() {
      spentMs = 0;
      const rest = Buffer.concat(aside);
      // What follows a gap is no part of the line before it, and itself begins within a line.
      if (cut) read(LINE_END);
      read(cut ? rest.subarray(firstLineEnd(rest)) : rest);
      aside = [];
      asideBytes = 0;
      cut = false;
    },
    skippedBytes: () => skipped,
  };
}

function firstLineEnd(bytes: Buffer): number {
  const ends = [bytes.indexOf("\n"), bytes.indexOf("\r")].filter((end) => end !== -1);
  return Math.min(bytes.length, ...ends);
}
