import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DecisionTime } from "./decision-time.ts";
import type { Saving } from "./savings.ts";
import type { StopLatency } from "./stop-latency.ts";

/** What is measured beside the runs: kept in one file, so that a report can be made of it later. Without it, all is new. */
export interface Measures {
  savings: Saving[];
  decision: DecisionTime | null;
  stopLatency: StopLatency | null;
}

export function readMeasures(file: string): Measures {
  const none: Measures = { savings: [], decision: null, stopLatency: null };
  return existsSync(file) ? { ...none, ...JSON.parse(readFileSync(file, "utf8")) } : none;
}

/** The savings of each stopper's newest version. */
export function newestSavings({ savings }: Measures): Saving[] {
  const versions = new Map(savings.map(({ stopper, version }) => [stopper, version]));
  return savings.filter(({ stopper, version }) => versions.get(stopper) === version);
}

export function writeMeasures(file: string, measures: Measures): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(measures, null, 2)}\n`);
}
