import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The virtual environment of the peers: FETTLE_BENCHMARK_VENV, or one beside the user's caches, never in the project.
 * `npm run bench:service -- --setup` makes it.
 */
export function peerPython(environment: NodeJS.ProcessEnv): string {
  const cache = environment.XDG_CACHE_HOME ?? join(environment.HOME ?? "/tmp", ".cache");
  return join(environment.FETTLE_BENCHMARK_VENV ?? join(cache, "fettle-benchmark-venv"), "bin", "python");
}

export async function setupPeers(python: string): Promise<void> {
  const venv = join(python, "..", "..");
  if (!existsSync(python)) await run("python3", ["-m", "venv", venv]);
  await run(python, ["-m", "pip", "install", "--quiet", "optuna>=5,<6", "psycopg2-binary"]);
}

export interface PeerLifecycle {
  trialsPerSecond: number;
  completed: number;
  version: string;
}

/** Optuna's life cycle on the PostgreSQL behind `databaseUrl`; null when its environment is not set up. */
export async function optunaLifecycle(
  python: string,
  databaseUrl: string,
  options: { workers: number; trials: number },
): Promise<PeerLifecycle | null> {
  if (!existsSync(python)) return null;
  const script = new URL("../peers/optuna/lifecycle.py", import.meta.url).pathname;
  const { stdout } = await run(python, [
    script,
    databaseUrl,
    String(options.workers),
    String(options.trials),
  ]);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}
