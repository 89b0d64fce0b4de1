import { performance } from "node:perf_hooks";

/** Milliseconds that something took. */
export interface Elapsed {
  /** By the clock. */
  wall: number;
  /**
   * The lesser of that and the processor time of all threads. Other work on the machine lengthens the one, garbage
   * collection beside the work the other: each is at least what it takes on an idle machine.
   */
  quiet: number;
}

/** @param action that computes in this thread and waits for nothing. */
export function timed(action: () => void): Elapsed {
  const usage = process.cpuUsage();
  const start = performance.now();
  action();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(usage);
  return { wall, quiet: Math.min(wall, (user + system) / 1000) };
}
