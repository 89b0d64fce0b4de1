import { readFileSync, writeFileSync } from "node:fs";

/**
 * Recorded scales of problems whose optimum nobody knows and whose evaluations are too many or too slow to sample them
 * at every start. `npx tsx benchmarks/problems/run.ts` measures them.
 */

export interface Scale {
  /** Lowest score that a long search found. */
  best: number;
  /** Score that 10 random trials are expected to reach. */
  reference: number;
}

const FILE = new URL("scales.json", import.meta.url);

/** @throws Error when the problem's scale was never measured. */
export function scaleOf(name: string): Scale {
  const scale = readScales()[name];
  if (!scale) throw new Error(`No scale of ${name} is recorded: measure it with benchmarks/problems/run.ts.`);
  return scale;
}

/**
 * Adds a scale to the file, or puts it in the place of the older one, of which a lower best stays: delete the entry of a
 * problem that changed.
 */
export function recordScale(name: string, { best, reference }: Scale): void {
  const known = readScales();
  const scale = { best: Math.min(best, known[name]?.best ?? best), reference };
  const scales = Object.entries({ ...known, [name]: scale }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(scales), null, 2)}\n`);
}

function readScales(): Record<string, Scale> {
  return JSON.parse(readFileSync(FILE, "utf8")) as Record<string, Scale>;
}
