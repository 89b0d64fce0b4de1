import { existsSync } from "node:fs";
import type { ParseArgsConfig, parseArgs } from "node:util";
import { families, loadFamilies } from "../problems/index.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import type { Campaign } from "./campaigns.ts";
import { type Method, parseMethod, splitMethods, versionOfMethod } from "./methods.ts";
import { factsOf, type ProblemFacts } from "./problem-facts.ts";
import { globPattern, inSuite } from "./suite.ts";

/** The options that running and comparing share. */
export const OPTIONS = {
  methods: { type: "string" },
  problems: { type: "string" },
  families: { type: "string" },
  split: { type: "string", default: "all" },
  seeds: { type: "string" },
  trials: { type: "string" },
  workers: { type: "string", default: "1" },
  paired: { type: "string", default: "0" },
  data: { type: "string" },
  store: { type: "string", multiple: true },
} as const satisfies ParseArgsConfig["options"];

export const RUNS = new URL("../results/quality/runs", import.meta.url).pathname;

export interface Plan {
  methods: Method[];
  facts: ProblemFacts[];
  seeds: number[];
  trials: number;
  /** Each number of parallel trials that is measured. */
  workers: number[];
  paired: number;
  data: string | null;
  /** The first is written to. */
  stores: string[];
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];
/** What picks problems. */
type Selection = Pick<Values, "problems" | "families" | "split">;

/** @throws Error naming the option that is wrong. */
export function planOf(values: Values, defaults: { methods: string; seeds: string; trials: number }): Plan {
  const data = dataDirectory(values.data);
  return {
    methods: splitMethods(values.methods ?? defaults.methods).map(parseMethod),
    facts: selectProblems(values, data).map(factsOf),
    seeds: range(values.seeds ?? defaults.seeds),
    trials: positive("trials", values.trials ?? String(defaults.trials)),
    workers: values.workers!.split(",").map((text) => positive("workers", text)),
    paired: Number(values.paired),
    data,
    stores: values.store ?? [process.env.FETTLE_BENCHMARK_STORE ?? RUNS],
  };
}

/** The plan as one campaign for each number of workers. */
export function campaignsOf({ methods, seeds, trials, workers }: Plan): Campaign[] {
  const names = methods.map(({ name }) => name);
  return workers.map((count) => ({ methods: names, problems: ["*"], trials, workers: count, seeds }));
}

/** Versions of what is installed, and the names of what is not. */
export function versionsOf(methods: readonly Method[]): { versions: Map<string, string>; absent: string[] } {
  const versions = new Map<string, string>();
  const absent: string[] = [];
  for (const method of methods) {
    const version = versionOfMethod(method);
    if (version === null) absent.push(method.name);
    else versions.set(method.name, version);
  }
  return { versions, absent };
}

/** The problems that the options leave. @throws Error when that is none. */
export function selectProblems(values: Selection, data: string | null): BenchmarkProblem[] {
  const names = values.families?.split(",") ?? "all";
  const globs = values.problems?.split(",").map(globPattern);
  const { split } = values;
  if (split !== "all" && split !== "dev" && split !== "held-out") {
    throw new Error(`--split is dev, held-out or all, not "${split}".`);
  }
  const chosen = loadFamilies(names, data).filter(
    (problem) =>
      (split === "all" || problem.split === split) &&
      (globs === undefined ? inSuite(problem.name) : globs.some((glob) => glob.test(problem.name))),
  );
  if (chosen.length > 0) return chosen;
  const known = families.map((family) => family.name).join(", ");
  throw new Error(`No problem is left. Families: ${known}; data: ${data ?? "none (--data)"}.`);
}

/** "5": seeds 0 … 4; "10-19": those; "3,7": those. */
export function range(text: string): number[] {
  const ends = /^(\d+)-(\d+)$/.exec(text);
  if (ends) {
    const [from, to] = [Number(ends[1]), Number(ends[2])];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }
  if (text.includes(",")) return text.split(",").map(Number);
  return Array.from({ length: positive("seeds", text) }, (_, index) => index);
}

export function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option} is a positive integer, not "${text}".`);
}

/** `--data`, else FETTLE_BENCHMARK_DATA; null: no recorded results. @throws Error when it does not exist. */
export function dataDirectory(option: string | undefined): string | null {
  const directory = option ?? process.env.FETTLE_BENCHMARK_DATA ?? null;
  if (directory !== null && !existsSync(directory)) throw new Error(`No directory ${directory}.`);
  return directory;
}
