import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Peer, PeerEnvironment } from "./index.ts";

/** The Python environments of the peers: outside the project, made from the pinned requirements beside this file. */

const here = new URL(".", import.meta.url).pathname;
const driver = join(here, "driver.py");

/** The pinned packages of each. */
export const requirements: Record<PeerEnvironment, string> = {
  main: join(here, "requirements.txt"),
  nevergrad: join(here, "requirements-nevergrad.txt"),
  hebo: join(here, "requirements-hebo.txt"),
  vizier: join(here, "requirements-vizier.txt"),
  synetune: join(here, "requirements-synetune.txt"),
};

/** FETTLE_BENCHMARK_VENV, or one beside the user's caches; environments of single peers carry their name behind it. */
function directoryOf(environment: PeerEnvironment, env: NodeJS.ProcessEnv): string {
  const cache = env.XDG_CACHE_HOME ?? join(env.HOME ?? "/tmp", ".cache");
  const main = env.FETTLE_BENCHMARK_VENV ?? join(cache, "fettle-benchmark-venv");
  return environment === "main" ? main : `${main}-${environment}`;
}

function pythonOf(environment: PeerEnvironment, env: NodeJS.ProcessEnv): string {
  return join(directoryOf(environment, env), "bin", "python");
}

/** The command that drives this peer; null when its environment is not set up. */
export function driverOf(peer: Peer, env = process.env): { file: string; args: string[] } | null {
  const file = pythonOf(peer.environment, env);
  return existsSync(file) ? { file, args: [driver] } : null;
}

/** "optuna 5.0.0": what is installed of a peer; null when it, or its environment, is not. */
export function peerVersion(peer: Peer, env = process.env): string | null {
  const command = driverOf(peer, env);
  if (command === null) return null;
  const output = execFileSync(command.file, [...command.args, "--versions", ...peer.packages], {
    encoding: "utf8",
  });
  const versions: Record<string, string | null> = JSON.parse(output);
  if (Object.values(versions).includes(null)) return null;
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** Makes or completes the environments. Needs a network, and gigabytes for all of them. */
export function setUp(environments: readonly PeerEnvironment[], env = process.env): void {
  for (const environment of environments) {
    const directory = directoryOf(environment, env);
    const python = pythonOf(environment, env);
    console.error(`${environment}: ${directory}`);
    if (!existsSync(python)) execFileSync("python3", ["-m", "venv", directory], { stdio: "inherit" });
    const install = ["-m", "pip", "install", "--quiet", "-r", requirements[environment]];
    execFileSync(python, install, { stdio: "inherit" });
  }
}

export const environments = Object.keys(requirements) as PeerEnvironment[];
