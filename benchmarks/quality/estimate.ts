import type { RunKey, RunRecord } from "./record.ts";
import { mean } from "./statistics.ts";

/** How much of a plan is left, of one method with one number of workers. */
export interface Estimate {
  method: string;
  workers: number;
  runs: number;
  /** Hours of one job, at the pace of the method's recorded trials; null when there are none. */
  hours: number | null;
}

export function estimate(missing: readonly RunKey[], records: readonly RunRecord[]): Estimate[] {
  const groups = new Map<string, RunKey[]>();
  for (const key of missing) {
    const name = `${key.method} ${key.workers}`;
    groups.set(name, [...(groups.get(name) ?? []), key]);
  }
  return [...groups.values()].map((keys) => {
    const { method, workers } = keys[0]!;
    const paces = records
      .filter((run) => run.method === method && run.status === "ok")
      .map(({ seconds, trials }) => seconds / trials);
    const trials = keys.reduce((sum, key) => sum + key.trials, 0);
    const hours = paces.length === 0 ? null : (trials * mean(paces)) / 3600;
    return { method, workers, runs: keys.length, hours };
  });
}

export function estimateText(estimates: readonly Estimate[]): string {
  const lines = estimates.map(({ method, workers, runs, hours }) => {
    const time = hours === null ? "?" : hours.toFixed(1);
    return `${method.padEnd(24)}${String(workers).padStart(3)} workers${String(runs).padStart(8)} runs${time.padStart(8)} h`;
  });
  const runs = estimates.reduce((sum, each) => sum + each.runs, 0);
  const hours = estimates.reduce((sum, each) => sum + (each.hours ?? 0), 0);
  return [
    ...lines,
    `${runs} runs are missing, ${hours.toFixed(0)} hours of one job where a pace is known.`,
  ].join("\n");
}
