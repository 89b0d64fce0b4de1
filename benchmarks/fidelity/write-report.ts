import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { newReport, type Report, writeReport } from "../report.ts";
import type { Campaign } from "./campaigns.ts";
import { readMeasures } from "./measures.ts";
import { findMethod } from "./methods.ts";
import { reportPage } from "./page.ts";
import type { Picture } from "./pictures.ts";
import type { CurveProblem } from "./problems/problem.ts";
import { openStore } from "./record.ts";
import { factsOf, indexRuns, type ProblemFacts } from "./results.ts";
import { fidelityTargets, type Recorded } from "./targets.ts";

/** What is on record below a directory of results. */
export function filesOf(out: string): { runs: string; problems: string; measures: string } {
  const directory = join(out, "fidelity");
  return {
    runs: join(directory, "runs"),
    problems: join(directory, "problems.json"),
    measures: join(directory, "measures.json"),
  };
}

/**
 * Makes the report of what is on record; measures nothing.
 *
 * @param out gets fidelity.json, fidelity.md and a folder of pictures.
 */
export function writeFidelityReport(plan: readonly Campaign[], out: string, command: string): Report {
  const files = filesOf(out);
  const index = indexRuns(openStore(files.runs).records);
  const facts = readFacts(files.problems).filter(({ name }) => index.problems.has(name));
  const recorded: Recorded = { index, facts, measures: readMeasures(files.measures) };
  const peers = [...index.versions].filter(([method]) => findMethod(method).type === "peer");
  const packages = Object.fromEntries(peers.map(([, version]) => version.split(" ") as [string, string]));
  const report = newReport(command, new Date(), { node: process.version, ...packages });
  report.targets.push(...fidelityTargets(recorded));
  const { text, pictures } = reportPage(recorded, plan);
  writeReport(out, "fidelity", report);
  appendFileSync(join(out, "fidelity.md"), `\n${text}`);
  writePictures(join(out, "fidelity"), pictures);
  return report;
}

/** The scales of the problems, for a report without the data. */
export function writeFacts(file: string, problems: readonly CurveProblem[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(problems.map(factsOf), null, 2)}\n`);
}

function readFacts(file: string): ProblemFacts[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

/** In the place of those of an earlier report. */
function writePictures(directory: string, pictures: readonly Picture[]): void {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (name.endsWith(".svg")) rmSync(join(directory, name));
  for (const { file, svg } of pictures) writeFileSync(join(directory, file), svg);
}
