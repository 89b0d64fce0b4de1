import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../core/errors.ts";
import { dataDirectory } from "../quality/plan.ts";
import { newReport, printReport, type Report, writeReport } from "../report.ts";
import { type Campaign, ENOUGH_SEEDS, full, methodsOf, missingRuns, quick } from "./campaigns.ts";
import { measureDecisionTime } from "./decision-time.ts";
import { measure } from "./measure.ts";
import { readMeasures, writeMeasures } from "./measures.ts";
import { codeVersion, createBench, findMethod, versionOf } from "./methods.ts";
import { reportPage } from "./page.ts";
import type { Picture } from "./pictures.ts";
import { loadCurveProblems } from "./problems/index.ts";
import type { CurveProblem } from "./problems/problem.ts";
import { openStore } from "./record.ts";
import { factsOf, indexRuns, type ProblemFacts } from "./results.ts";
import { measureSaving, type SavingKey } from "./savings.ts";
import { measureStopLatency } from "./stop-latency.ts";
import { fidelityTargets, type Recorded } from "./targets.ts";

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
const directory = join(out, "fidelity");
const files = {
  runs: join(directory, "runs"),
  problems: join(directory, "problems.json"),
  measures: join(directory, "measures.json"),
};

async function main(): Promise<void> {
  if (!values.report) {
    const problems = loadCurveProblems(dataDirectory(values.data));
    if (problems.length === 0)
      throw new Error("There is no data: name its directory with --data or FETTLE_BENCHMARK_DATA.");
    if (!values.plan) setPriority(NICE);
    await measureRuns(problems);
    if (values.plan || values.share !== undefined) return;
    await measureBeside(problems);
  }
  const report = await writeFidelityReport();
  printReport(report);
  console.error(`Written to ${join(out, "fidelity.md")}.`);
}

async function measureRuns(problems: readonly CurveProblem[]): Promise<void> {
  const store = openStore(files.runs);
  const keys = shareOf(
    missingRuns(
      plan,
      problems.map(({ name }) => name),
      versions(),
      store,
    ),
  );
  if (values.plan) return console.log(`${keys.length} runs are missing.`);
  writeFacts(problems);
  const bench = createBench();
  const began = performance.now();
  for (const [done, key] of keys.entries()) {
    const problem = problems.find(({ name }) => name === key.problem)!;
    const record = await measure(bench, findMethod(key.method), problem, key);
    store.append(record);
    const left = ((performance.now() - began) / (done + 1)) * (keys.length - done - 1);
    const how = record.error ?? `${record.seconds.toFixed(1)} s`;
    console.error(
      `${done + 1}/${keys.length} ${key.method} ${key.problem}, ${key.workers} workers, seed ${key.seed}: ${how} (${(left / 60_000).toFixed(1)} min left)`,
    );
  }
  bench.close();
}

/** Savings, decision time and stop latency: what is not on record of the code as it is. */
async function measureBeside(problems: readonly CurveProblem[]): Promise<void> {
  const measures = readMeasures(files.measures);
  const save = () => writeMeasures(files.measures, measures);
  for (const [problem, key] of savingsOf(problems)) {
    const known = measures.savings.some(
      (each) => each.problem === problem.name && each.seed === key.seed && each.version === key.version,
    );
    if (known) continue;
    measures.savings.push(await measureSaving(problem, key));
    console.error(`savings of ${key.stopper} on ${problem.name}, seed ${key.seed}`);
    save();
  }
  const version = codeVersion("fidelity/asha");
  if (measures.decision?.version !== version) {
    measures.decision = await measureDecisionTime(version, whole ? 10_000 : 2_000);
  }
  save();
  measures.stopLatency ??= await measureStopLatency(whole ? 60 : 15);
  save();
}

function savingsOf(problems: readonly CurveProblem[]): [CurveProblem, SavingKey][] {
  const seeds = Array.from({ length: whole ? ENOUGH_SEEDS : 1 }, (_, seed) => seed);
  const resumable = problems.filter((problem) => problem.resumable);
  return ["median", "curve"].flatMap((stopper) => {
    const version = codeVersion(`stopping/${stopper}`);
    return resumable.flatMap((problem) =>
      seeds.map((seed): [CurveProblem, SavingKey] => [problem, { stopper, version, seed }]),
    );
  });
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

async function writeFidelityReport(): Promise<Report> {
  const recorded: Recorded = {
    index: indexRuns(openStore(files.runs).records),
    facts: readFacts(),
    measures: readMeasures(files.measures),
  };
  const command = `npm run bench:fidelity${whole ? " -- --full" : ""}`;
  const named = [...recorded.index.versions].filter(([method]) => findMethod(method).type === "peer");
  const peers = Object.fromEntries(named.map(([, version]) => version.split(" ") as [string, string]));
  const report = newReport(command, new Date(), { node: process.version, ...peers });
  report.targets.push(...fidelityTargets(recorded));
  const { text, pictures } = reportPage(recorded, plan);
  writeReport(out, "fidelity", report);
  appendFileSync(join(out, "fidelity.md"), `\n${text}`);
  writePictures(pictures);
  return report;
}

/** In the place of those of an earlier report. */
function writePictures(pictures: readonly Picture[]): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (name.endsWith(".svg")) rmSync(join(directory, name));
  for (const { file, svg } of pictures) writeFileSync(join(directory, file), svg);
}

/** The scales of the problems, for a report without the data. */
function writeFacts(problems: readonly CurveProblem[]): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(files.problems, `${JSON.stringify(problems.map(factsOf), null, 2)}\n`);
}

function readFacts(): ProblemFacts[] {
  return existsSync(files.problems) ? JSON.parse(readFileSync(files.problems, "utf8")) : [];
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
