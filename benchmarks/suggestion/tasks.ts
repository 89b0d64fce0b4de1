/** What is timed for the report of the quality benchmark, each in a process of its own. */
export type TimingTask =
  | { kind: "suggestion"; method: string; dimensions: number; trials: number }
  /** From the log to the first suggestion. */
  | { kind: "replay"; method: string; dimensions: number; trials: number }
  | MemoryTask;

/** Resident memory of a scheduler's searches: so many studies of so many finished trials. */
export interface MemoryTask {
  kind: "memory";
  method: string;
  dimensions: number;
  studies: number;
  trials: number;
  threads: number;
}

export type TimingFigure = TimingTask & {
  /** Of the method's code, as in the records of its runs. */
  version: string;
  /** RFC 3339, UTC. */
  date: string;
  machine: string;
} & TimingResult;

/** Milliseconds of a suggestion or replay on a quiet machine, or megabytes. */
export interface TimingResult {
  /** Of suggestions the median. */
  value: number;
  /** Of suggestions: the 95th percentile, and the first one. */
  p95?: number;
  first?: number;
  /** Of suggestions: the median by the clock, whatever else the machine was doing. */
  wall?: number;
}

const TRIALS = [100, 1000, 5000, 10_000];
const OWN = ["tpe", "rf", "cmaes", "gp", "turbo", "auto"];
/** The fewest and the most threads that the service starts, by the machine's size. */
export const THREADS = [1, 4] as const;
export const PEER = "optuna-tpe";

/** What a target judges, or stands beside in its row. */
export const judged: readonly TimingTask[] = [
  ...["tpe", PEER].map((method) => suggestion(method, 10, 10_000)),
  ...[500, 1000, 5000].map((trials) => suggestion("gp", 20, trials)),
  ...["tpe", "auto"].map((method) => {
    return { kind: "replay" as const, method, dimensions: 10, trials: 10_000 };
  }),
  ...THREADS.map((threads) => {
    return { kind: "memory" as const, method: "auto", dimensions: 10, studies: 20, trials: 1000, threads };
  }),
];

/** All that the report shows. */
export const tasks: readonly TimingTask[] = [
  ...[...OWN, PEER].flatMap((method) => TRIALS.map((trials) => suggestion(method, 10, trials))),
  ...judged.filter(({ kind, dimensions }) => kind !== "suggestion" || dimensions !== 10),
];

export function taskKey(task: TimingTask): string {
  const { kind, method, dimensions, trials } = task;
  return `${kind} ${method} ${dimensions} ${trials}${task.kind === "memory" ? ` ${task.threads}` : ""}`;
}

function suggestion(method: string, dimensions: number, trials: number): TimingTask {
  return { kind: "suggestion", method, dimensions, trials };
}
