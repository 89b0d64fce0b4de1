import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { peers } from "../peers/index.ts";
import { newReport, type Report, writeReport } from "../report.ts";
import { readFigures } from "../suggestion/figures.ts";
import { type Campaign, full, methodsOf } from "./campaigns.ts";
import { indexRuns } from "./comparison.ts";
import type { Picture } from "./figures.ts";
import { reportPage } from "./page/index.ts";
import { readFacts } from "./problem-facts.ts";
import { openStore } from "./record.ts";
import { inSuite } from "./suite.ts";
import { qualityTargets, type Recorded } from "./targets.ts";
import { timingTargets } from "./timing-targets.ts";

const NUMERICS = new URL("../results/numerics.json", import.meta.url).pathname;

/** Ours that all others are compared with. */
const REFERENCE = "auto";

export interface ReportOptions {
  /** Gets quality.json, quality.md and a folder of pictures; quality/timing.json is read there. */
  out: string;
  /** Directory of the records and of what they say of the problems. */
  store: string;
  /** What made them. */
  command: string;
}

/** Makes the report of what is on record; measures nothing. */
export function writeQualityReport(
  plan: readonly Campaign[],
  { out, store, command }: ReportOptions,
): Report {
  const recorded = recordedOf(plan, store);
  const figures = readFigures(join(out, "quality", "timing.json"));
  const { index } = recorded;
  const versions = recorded.methods.flatMap((method) => {
    const version = index.versions.get(method);
    return version === undefined ? [] : [[method, version] as const];
  });
  const report = newReport(command, new Date(), { node: process.version, ...Object.fromEntries(versions) });
  report.targets.push(...qualityTargets(recorded), ...timingTargets(figures, readNumerics()));
  const { text, pictures } = reportPage(recorded, figures);
  writeReport(out, "quality", report);
  appendFileSync(join(out, "quality.md"), `\n${text}`);
  writePictures(join(out, "quality"), pictures);
  return report;
}

function recordedOf(plan: readonly Campaign[], store: string): Recorded {
  const names = new Set(peers.map(({ name }) => name));
  const methods = methodsOf(plan);
  return {
    index: indexRuns(openStore([store]).records),
    plan,
    facts: readFacts(join(store, "problems.json")).filter(({ name }) => inSuite(name)),
    methods: [REFERENCE, ...methods.filter((method) => method !== REFERENCE)],
    // Those of a smaller plan too: a report of it says who is missing.
    peers: methodsOf(full).filter((method) => names.has(method)),
    workers: [...new Set(plan.map(({ workers }) => workers))],
  };
}

/** Null where that benchmark was not run. */
function readNumerics(): Report | null {
  return existsSync(NUMERICS) ? JSON.parse(readFileSync(NUMERICS, "utf8")) : null;
}

/** In the place of those of an earlier report. */
function writePictures(directory: string, pictures: readonly Picture[]): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (name.endsWith(".svg")) rmSync(join(directory, name));
  for (const { file, svg } of pictures) writeFileSync(join(directory, file), svg);
}
