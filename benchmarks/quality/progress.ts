import type { RunRecord } from "./record.ts";

/** Says on stderr how each run went and how long the rest will take, at the pace so far. */
export function progressLine(total: number, quiet = false): (record: RunRecord) => void {
  const before = performance.now();
  let done = 0;
  return ({ method, problem, seed, workers, status, seconds, error }) => {
    done++;
    if (quiet && status === "ok") return;
    const left = (((performance.now() - before) / done) * (total - done)) / 60_000;
    const what = `${method} ${problem} seed ${seed}${workers > 1 ? ` workers ${workers}` : ""}`;
    const how = status === "ok" ? `${seconds.toFixed(1)} s` : `${status}: ${error}`;
    console.error(`${done}/${total} ${what}: ${how} (${left.toFixed(1)} min left)`);
  };
}
