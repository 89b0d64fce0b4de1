import { spawn } from "node:child_process";
import { bundledProgram } from "./bundled-program.ts";
import { waitFor } from "./wait-for.ts";

/** A part of Fettle as a real process, from its bundle. */
export interface FettleProcess {
  pid: number;
  /** What it wrote to stderr so far. */
  log(): string;
  /** Its exit code; null when a signal ended it. */
  exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts `fettle <args>`; its environment is this process's without any setting of Fettle, plus `settings`. */
export function startFettle(
  args: readonly string[],
  settings: Record<string, string>,
  cwd: string,
): FettleProcess {
  const env = { ...withoutSettings(process.env), ...settings };
  const child = spawn(process.execPath, [bundledProgram(), ...args], {
    env,
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-20_000);
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    pid: child.pid as number,
    log: () => log,
    exited,
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith("FETTLE_") && name !== "DATABASE_URL" && name !== "REDIS_URL",
  );
  return Object.fromEntries(kept);
}

/** Waits until the API answers /readyz. */
export async function untilReady(url: string, process: FettleProcess): Promise<void> {
  const ready = () =>
    fetch(`${url}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
  await waitFor(ready, { timeoutMs: 30_000, what: "the API's readiness", everyMs: 50 }).catch((error) => {
    throw new Error(`${error}\n${process.log()}`);
  });
}
