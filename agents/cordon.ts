import { statfs } from "node:fs/promises";
import { messageOf } from "../core/errors.ts";

/**
 * Whether this host is fit for new trials. A full disk fails every trial placed here within seconds, so the agent
 * takes none until there is space again; those that run go on.
 */
export interface Cordon {
  /** Null: fit. */
  reason(): string | null;
  /** Looks at the disk; true when the answer of `reason` changed. */
  check(): Promise<boolean>;
  /** A write failed for lack of space: unfit until a check finds twice the minimum free. */
  diskFull(): void;
}

const MEGABYTE = 1024 * 1024;

/** `minFreeMb`: what must be free on the file system of `directory`. */
export function createCordon(directory: string, minFreeMb: number): Cordon {
  let reason: string | null = null;
  return {
    reason: () => reason,
    async check() {
      const before = reason;
      // To be fit again takes twice the minimum, so that an agent at the edge does not flap.
      reason = await problem(directory, before === null ? minFreeMb : minFreeMb * 2);
      return (before === null) !== (reason === null);
    },
    diskFull() {
      reason = `the disk that holds ${directory} is full`;
    },
  };
}

async function problem(directory: string, minFreeMb: number): Promise<string | null> {
  try {
    const { bavail, bsize } = await statfs(directory);
    const freeMb = Math.floor((bavail * bsize) / MEGABYTE);
    return freeMb >= minFreeMb
      ? null
      : `the disk that holds ${directory} has ${freeMb} MB free, ${minFreeMb} MB are needed`;
  } catch (error) {
    return `the state directory is not usable: ${messageOf(error)}`;
  }
}

const FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);

/** Whether an error, or what caused it, is about a full disk or quota. */
export function isDiskFull(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (FULL.has((current as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}
