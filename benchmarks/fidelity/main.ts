import { setPriority } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { dataDirectory } from "../quality/plan.ts";
import { printReport } from "../report.ts";
import { measureBeside } from "./beside.ts";
import { type Campaign, full, methodsOf, missingRuns, quick } from "./campaigns.ts";
import { measure } from "./measure.ts";
import { createBench, findMethod, versionOf } from "./methods.ts";
import { loadCurveProblems } from "./problems/index.ts";
import type { CurveProblem } from "./problems/problem.ts";
import { openStore, type RunKey } from "./record.ts";
import { filesOf, writeFacts, writeFidelityReport } from "./write-report.ts";

/**
 * The benchmark of schedules and early stoppers: `npm run bench:fidelity`. Minutes by default, `-- --full` for the
 * committed results. What was measured is on record, so the same command goes on where it was stopped.
 */

const CACHE = new URL("../../node_modules/.cache/fettle-benchmark-fidelity", import.meta.url).pathname;
const RESULTS = new URL("../results", import.meta.url).pathname;
const NICE = 10;

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    /** Makes the report of what is on record; needs no data. */
    report: { type: "boolean", default: false },
    /** Says what is missing. */
    plan: { type: "boolean", default: false },
    data: { type: "string" },
    out: { type: "string" },
    /** "1/2": every second of the missing runs, and nothing else: for several processes side by side. */
    share: { type: "string" },
    methods: { type: "string" },
    /** At most so many seeds. */
    seeds: { type: "string" },
  },
});

const whole = values.full || values.report;
const plan = restrict(whole ? full : quick);
const out = values.out ?? (whole ? RESULTS : CACHE);
const files = filesOf(out);

async function main(): Promise<void> {
  if (!values.report) {
    const problems = loadCurveProblems(dataDirectory(values.data));
    if (problems.length === 0)
      throw new Error("There is no data: name its directory with --data or FETTLE_BENCHMARK_DATA.");
    if (!values.plan) setPriority(NICE);
    await measureRuns(problems);
    if (values.plan || values.share !== undefined) return;
    await measureBeside(problems, files.measures, whole);
  }
  const command = `npm run bench:fidelity${whole ? " -- --full" : ""}`;
  const report = writeFidelityReport(plan, out, command);
  printReport(report);
  console.error(`Written to ${join(out, "fidelity.md")}.`);
}

async function measureRuns(problems: readonly CurveProblem[]): Promise<void> {
  const store = openStore(files.runs);
  const names = problems.map(({ name }) => name);
  const keys = shareOf(missingRuns(plan, names, versions(), store));
  if (values.plan) return console.log(`${keys.length} runs are missing.`);
  writeFacts(files.problems, problems);
  const bench = createBench();
  const began = performance.now();
  for (const [done, key] of keys.entries()) {
    const problem = problems.find(({ name }) => name === key.problem)!;
    const record = await measure(bench, findMethod(key.method), problem, key);
    store.append(record);
    const left = ((performance.now() - began) / (done + 1)) * (keys.length - done - 1);
    const how = record.error ?? `${record.seconds.toFixed(1)} s`;
    const place = `${done + 1}/${keys.length} ${wordsOf(key)}`;
    console.error(`${place}: ${how} (${(left / 60_000).toFixed(1)} min left)`);
  }
  bench.close();
}

function wordsOf({ method, problem, workers, seed, faults }: RunKey): string {
  return `${method} ${problem}, ${workers} workers, faults ${faults}, seed ${seed}`;
}

/** Those of the installed methods; says who is absent. */
function versions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of methodsOf(plan)) {
    const version = versionOf(findMethod(name));
    if (version === null) console.error(`${name} is not installed: npm run bench:peers -- --setup`);
    else found.set(name, version);
  }
  return found;
}

function restrict(campaigns: readonly Campaign[]): Campaign[] {
  const chosen = values.methods?.split(",");
  const most = Number(values.seeds ?? Number.POSITIVE_INFINITY);
  return campaigns.map((campaign) => ({
    ...campaign,
    methods: campaign.methods.filter((name) => chosen?.includes(name) ?? true),
    seeds: Math.min(most, campaign.seeds),
  }));
}

function shareOf<T>(items: readonly T[]): T[] {
  const [, part = "1", parts = "1"] = /^(\d+)\/(\d+)$/.exec(values.share ?? "1/1") ?? [];
  return items.filter((_, index) => index % Number(parts) === Number(part) - 1);
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
