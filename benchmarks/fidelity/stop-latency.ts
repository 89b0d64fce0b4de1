import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../report.ts";
import { createHttp } from "../service/http.ts";
import { startServer } from "../service/server.ts";

/** Seconds from the report that uses up a trial's budget to the signal in its training process. */
export interface StopLatency {
  p50: number;
  p99: number;
  stops: number;
}

const root = new URL("../..", import.meta.url).pathname;
const script = new URL("stubborn-training.mjs", import.meta.url).pathname;
const SLOTS = 8;

/** With real processes: the built bundle on its embedded database, its own agent, and trainings that must be told to end. */
export async function measureStopLatency(seconds: number): Promise<StopLatency> {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const told = mkdtempSync(join(tmpdir(), "fettle-latency-"));
  const server = await startServer(`${root}dist/fettle.js`, { slots: SLOTS });
  const http = createHttp(server.url, 1);
  try {
    await http.call("POST", "/v1/projects/default/studies", study(told));
    await sleep(seconds * 1000);
    return summarise(readTold(told));
  } finally {
    http.close();
    await server.stop();
    rmSync(told, { recursive: true, force: true });
  }
}

function study(told: string): Record<string, unknown> {
  return {
    name: "stop-latency",
    command: [process.execPath, script],
    environment: { LATENCY_DIR: told },
    parameters: [{ name: "quality", type: "float", low: 0, high: 1 }],
    objectives: [{ metric: "loss", goal: "minimize" }],
    algorithm: { name: "random" },
    // So far that no training gets there before it is told.
    fidelity: { min: 5, max: 405, eta: 3, schedule: { name: "asha" } },
    // They sleep: all slots run at once, however few the cores.
    resources: { cpus: 0 },
    // The signal itself is what is timed, not the time that a script is left for its checkpoint.
    limits: { budgetGraceSeconds: 0 },
    budget: { maxTrials: 100_000 },
    parallelism: SLOTS,
    seed: 1,
  };
}

/** Milliseconds of each stop. Those that the end of the server brought came before their budget was used up. */
function readTold(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const { toldMs } = JSON.parse(readFileSync(join(directory, name), "utf8")) as { toldMs: number | null };
    return toldMs === null ? [] : [toldMs];
  });
}

function summarise(milliseconds: readonly number[]): StopLatency {
  const at = (p: number) => Number((quantile(milliseconds, p) / 1000).toFixed(3));
  return { p50: at(0.5), p99: at(0.99), stops: milliseconds.length };
}
