import type { ChildProcess } from "node:child_process";
import { forkJob } from "./fork-job.ts";
import type { JobRequest } from "./job.ts";
import { missingRun } from "./measure.ts";
import type { RunKey, RunRecord } from "./record.ts";

export interface PoolOptions {
  /** Runs at the same time, each in a process of its own. */
  jobs: number;
  timeoutSeconds: number;
  data: string | null;
  /** Ends all runs at once; what was not finished is not recorded. */
  signal?: AbortSignal;
}

const script = new URL("./job.ts", import.meta.url);

/**
 * Measures every run of the list, handing each record over as soon as it is there. A run past its time limit, or whose
 * process dies, is recorded as such; its process is replaced.
 */
export async function runAll(
  keys: readonly RunKey[],
  options: PoolOptions,
  onRecord: (record: RunRecord) => void,
): Promise<void> {
  const { jobs, signal } = options;
  const queue = [...keys].reverse();
  const work = async () => {
    let child: ChildProcess | null = null;
    while (signal?.aborted !== true) {
      const key = queue.pop();
      if (key === undefined) break;
      child ??= forkJob(script);
      const record = await runOne(child, key, options);
      if (!child.connected || child.killed) child = null;
      if (record !== null) onRecord(record);
    }
    child?.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, keys.length) }, work));
}

/** Null when it was interrupted. Kills the child when the run takes too long. */
function runOne(child: ChildProcess, key: RunKey, options: PoolOptions): Promise<RunRecord | null> {
  const { timeoutSeconds, data, signal } = options;
  const request: JobRequest = { key, data };
  return new Promise((resolve) => {
    const end = (record: RunRecord | null) => {
      clearTimeout(timer);
      child.removeAllListeners();
      signal?.removeEventListener("abort", interrupt);
      resolve(record);
    };
    const kill = (record: RunRecord | null) => {
      child.kill("SIGKILL");
      end(record);
    };
    const interrupt = () => kill(null);
    const timer = setTimeout(
      () => kill(missingRun(key, "timeout", timeoutSeconds, `not done after ${timeoutSeconds} s`)),
      timeoutSeconds * 1000,
    );
    signal?.addEventListener("abort", interrupt);
    child.once("message", (record) => end(record as RunRecord));
    child.once("exit", (code, by) => {
      // Whoever ended it meant the benchmark, not this run.
      const interrupted = by === "SIGTERM" || by === "SIGINT" || by === "SIGHUP";
      end(interrupted ? null : missingRun(key, "failed", 0, `its process ended (${by ?? code})`));
    });
    child.send(request);
  });
}
