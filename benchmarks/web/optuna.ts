import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, stopChild } from "../service/server.ts";

/** Optuna Dashboard on a storage of its own, for the comparison. */
export interface OptunaDashboard {
  /** The page of the study. */
  url: string;
  versions: { optuna: string; dashboard: string };
  stop(): Promise<void>;
}

const PACKAGES = ["optuna==5.0.0", "optuna-dashboard==0.21.0"];
const seeder = new URL("../peers/optuna/dashboard.py", import.meta.url).pathname;

/** FETTLE_BENCHMARK_VENV_DASHBOARD, or one beside the user's caches. */
function environmentDirectory(env: NodeJS.ProcessEnv): string {
  const cache = env.XDG_CACHE_HOME ?? join(env.HOME ?? "/tmp", ".cache");
  return env.FETTLE_BENCHMARK_VENV_DASHBOARD ?? join(cache, "fettle-benchmark-venv-dashboard");
}

/** Makes the Python environment. Needs a network. */
export function setUpOptuna(env = process.env): void {
  const directory = environmentDirectory(env);
  if (!existsSync(directory)) execFileSync("python3", ["-m", "venv", directory], { stdio: "inherit" });
  const python = join(directory, "bin", "python");
  execFileSync(python, ["-m", "pip", "install", "--quiet", ...PACKAGES], { stdio: "inherit" });
}

/** With so many trials; null when its environment is not set up. Its storage is filled once, which takes minutes. */
export async function startOptuna(
  trials: number,
  steps: number,
  env = process.env,
): Promise<OptunaDashboard | null> {
  const directory = environmentDirectory(env);
  const python = join(directory, "bin", "python");
  if (!existsSync(python)) return null;
  const storage = filledStorage(directory, python, trials, steps);
  const port = await freePort();
  const options = [`sqlite:///${storage}`, "--host", "127.0.0.1", "--port", String(port)];
  const child = spawn(join(directory, "bin", "optuna-dashboard"), options, { stdio: "ignore" });
  const base = `http://127.0.0.1:${port}`;
  await untilUp(`${base}/api/studies`, child);
  return { url: `${base}/dashboard/studies/1`, versions: versionsOf(python), stop: () => stopChild(child) };
}

function filledStorage(directory: string, python: string, trials: number, steps: number): string {
  const storage = join(directory, `trials-${trials}x${steps}.db`);
  if (existsSync(storage)) return storage;
  const scratch = `${storage}.partial`;
  rmSync(scratch, { force: true });
  execFileSync(python, [seeder, `sqlite:///${scratch}`, String(trials), String(steps)]);
  renameSync(scratch, storage);
  return storage;
}

function versionsOf(python: string): OptunaDashboard["versions"] {
  const script =
    "import json; from importlib.metadata import version; " +
    'print(json.dumps({"optuna": version("optuna"), "dashboard": version("optuna-dashboard")}))';
  return JSON.parse(execFileSync(python, ["-c", script], { encoding: "utf8" }));
}

async function untilUp(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`optuna-dashboard ended with ${child.exitCode}`);
    const up = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("optuna-dashboard was not ready within 30 s");
}
