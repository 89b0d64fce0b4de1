import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { forkJob } from "../quality/fork-job.ts";
import { machine } from "../report.ts";
import type { JobReply } from "./job.ts";
import { type TimingFigure, type TimingResult, type TimingTask, taskKey } from "./tasks.ts";

const script = new URL("./job.ts", import.meta.url);
/** A replay is measured cold, so more than one needs more than one process. */
const REPLAYS = 3;

export interface TimingOptions {
  /** Of the methods that can run; the others are passed over. */
  versions: ReadonlyMap<string, string>;
  signal?: AbortSignal;
  timeoutSeconds: number;
  onFigure?(figure: TimingFigure): void;
  onFailure?(task: TimingTask, message: string): void;
}

/** Figures of an earlier run; none where there is no file. */
export function readFigures(file: string): TimingFigure[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

/** Measures what the file does not have of these versions, one after the other, and writes each figure as it is there. */
export async function measureMissing(
  file: string,
  tasks: readonly TimingTask[],
  options: TimingOptions,
): Promise<void> {
  const figures = new Map(readFigures(file).map((figure) => [taskKey(figure), figure]));
  for (const task of tasks) {
    const version = options.versions.get(task.method);
    if (version === undefined || figures.get(taskKey(task))?.version === version) continue;
    if (options.signal?.aborted) break;
    try {
      const result = await measureTask(task, options);
      const figure = { ...task, version, date: new Date().toISOString(), machine: machine(), ...result };
      figures.set(taskKey(task), figure);
      options.onFigure?.(figure);
      write(file, [...figures.values()]);
    } catch (error) {
      if (options.signal?.aborted) break;
      options.onFailure?.(task, (error as Error).message);
    }
  }
}

async function measureTask(task: TimingTask, options: TimingOptions): Promise<TimingResult> {
  const results: TimingResult[] = [];
  const repeats = task.kind === "replay" ? REPLAYS : 1;
  for (let k = 0; k < repeats; k++) results.push(await runJob(task, options));
  const [median] = results.sort((a, b) => a.value - b.value).slice(repeats >> 1);
  return round(median!);
}

function runJob(task: TimingTask, { signal, timeoutSeconds }: TimingOptions): Promise<TimingResult> {
  const child = forkJob(script);
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  const stop = AbortSignal.any(signal ? [signal, limit] : [limit]);
  return new Promise((resolve, reject) => {
    const kill = () => child.kill("SIGKILL");
    stop.addEventListener("abort", kill);
    child.once("message", (reply: JobReply) => {
      if ("result" in reply) resolve(reply.result);
      else reject(new Error(reply.error));
    });
    child.once("exit", (code, by) => {
      stop.removeEventListener("abort", kill);
      const why = limit.aborted ? `not done after ${timeoutSeconds} s` : `its process ended (${by ?? code})`;
      reject(new Error(why));
    });
    child.send(task);
  });
}

function write(file: string, figures: readonly TimingFigure[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `[\n${figures.map((figure) => JSON.stringify(figure)).join(",\n")}\n]\n`);
}

function round(result: TimingResult): TimingResult {
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  ) as unknown as TimingResult;
}
