import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { printReport } from "../report.ts";
import { measureMissing } from "../suggestion/figures.ts";
import { judged, tasks } from "../suggestion/tasks.ts";
import { type Campaign, full, methodsOf, missingRuns, quick } from "./campaigns.ts";
import { estimate, estimateText } from "./estimate.ts";
import { parseMethod, splitMethods } from "./methods.ts";
import { dataDirectory, OPTIONS, positive, RUNS, range, selectProblems, versionsOf } from "./plan.ts";
import { runAll } from "./pool.ts";
import { factsOf, mergeFacts } from "./problem-facts.ts";
import { progressLine } from "./progress.ts";
import { openStore } from "./record.ts";
import { writeQualityReport } from "./write-report.ts";

/** The quality benchmark: `npm run bench:quality`. benchmarks/README.md tells of its options. */

const CACHE = new URL("../../node_modules/.cache/fettle-benchmark-quality", import.meta.url).pathname;
const RESULTS = new URL("..", `file://${RUNS}`).pathname;

const { values } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    plan: { type: "boolean", default: false },
    only: { type: "string" },
    minutes: { type: "string" },
    jobs: { type: "string", default: "1" },
    timeout: { type: "string", default: "1800" },
    quiet: { type: "boolean", default: false },
    out: { type: "string" },
    ...OPTIONS,
    workers: { type: "string" },
  },
});

async function main(): Promise<void> {
  const whole = values.full || values.report;
  const plan = whole ? full : quick;
  const out = values.out ?? (whole ? RESULTS : CACHE);
  const stop = stopper();
  if (!values.report) await measure(restrict(plan), whole, out, stop.signal);
  if (values.plan) return;
  if (stop.by !== null) {
    console.error(`Stopped by ${stop.by}. The same command goes on from here, --report tells what there is.`);
    process.exit(1);
  }
  const report = writeQualityReport(plan, { out, store: storeOf(out), command: commandOf(whole) });
  printReport(report);
  console.error(`Written to ${join(out, "quality.md")}.`);
}

/** What the plan lacks: first the figures of time, while nothing else runs. */
async function measure(
  plan: readonly Campaign[],
  whole: boolean,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const { versions, absent } = versionsOf(methodsOf(plan).map(parseMethod));
  for (const name of absent) console.error(`${name} is not installed: npm run bench:peers -- --setup`);
  const timeoutSeconds = positive("timeout", values.timeout);
  if (values.only !== "runs" && !values.plan) {
    await measureMissing(join(out, "quality", "timing.json"), whole ? tasks : judged, {
      ...{ versions, signal, timeoutSeconds },
      onFigure: ({ kind, method, trials, value }) =>
        console.error(`${kind} ${method}, ${trials} trials: ${value} ${kind === "memory" ? "MB" : "ms"}`),
      onFailure: ({ kind, method, trials }, message) =>
        console.error(`${kind} ${method}, ${trials} trials: ${message}`),
    });
  }
  if (values.only !== "timing") await measureRuns(plan, out, versions, { signal, timeoutSeconds });
}

async function measureRuns(
  plan: readonly Campaign[],
  out: string,
  versions: ReadonlyMap<string, string>,
  limits: { signal: AbortSignal; timeoutSeconds: number },
): Promise<void> {
  const data = dataDirectory(values.data);
  if (data === null) console.error("Without FETTLE_BENCHMARK_DATA there are no recorded problems.");
  const directory = storeOf(out);
  const store = openStore([directory]);
  const facts = selectProblems(values, data).map(factsOf);
  const keys = missingRuns(plan, facts, versions, store);
  if (values.plan) return console.log(estimateText(estimate(keys, store.records)));
  mergeFacts(join(directory, "problems.json"), facts);
  const progress = progressLine(keys.length, values.quiet);
  await runAll(keys, { ...limits, jobs: positive("jobs", values.jobs), data }, (record) => {
    store.append(record);
    progress(record);
  });
}

/** The part of the plan that the options leave to be measured. */
function restrict(plan: readonly Campaign[]): Campaign[] {
  const methods = values.methods === undefined ? null : splitMethods(values.methods);
  const seeds = values.seeds === undefined ? null : range(values.seeds);
  const workers = values.workers?.split(",").map(Number);
  return plan
    .filter((campaign) => workers?.includes(campaign.workers) ?? true)
    .map((campaign) => ({
      ...campaign,
      methods: campaign.methods.filter((method) => methods?.includes(method) ?? true),
      seeds: campaign.seeds.filter((seed) => seeds?.includes(seed) ?? true),
    }));
}

/** Ends what runs after `--minutes`, or at a signal that ends programs. */
function stopper(): { signal: AbortSignal; by: NodeJS.Signals | null } {
  const controller = new AbortController();
  const stop = { signal: controller.signal, by: null as NodeJS.Signals | null };
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.once(name, () => {
      stop.by = name;
      controller.abort();
    });
  }
  if (values.minutes !== undefined) {
    setTimeout(() => controller.abort(), 60_000 * Number(values.minutes)).unref();
  }
  return stop;
}

function storeOf(out: string): string {
  return values.store?.[0] ?? join(out, "quality", "runs");
}

function commandOf(whole: boolean): string {
  return `npm run bench:quality${whole ? " -- --full" : ""}`;
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
