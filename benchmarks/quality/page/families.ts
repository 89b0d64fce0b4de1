import { HORIZONS } from "../campaigns.ts";
import { compare, type RunIndex } from "../comparison.ts";
import { regretPicture } from "../figures.ts";
import { inWords, markdownTable, twoDecimals, withInterval } from "../markdown.ts";
import type { ProblemFacts } from "../problem-facts.ts";
import { type Summary, summarise } from "../summary.ts";
import type { Recorded } from "../targets.ts";
import { imageOf, type Section, section } from "./section.ts";

/** How the methods that did all problems of a family fare on it. Null when none did. */
export function familySection(recorded: Recorded, family: string, workers: number): Section | null {
  const { index, facts, methods } = recorded;
  const problems = facts.filter((problem) => problem.family === family);
  const columns = HORIZONS.map((horizon) => summariesAt(index, problems, methods, horizon, workers));
  const present = methods.filter((method) => columns.some((column) => column.has(method)));
  if (present.length === 0) return null;
  const rows = present.map((method) => [method, ...columns.map((column) => cell(column.get(method)))]);
  const picture = regretPicture(recorded, family, workers);
  const names = problems.map(
    ({ name, split }) => `${name.slice(family.length + 1)}${split === "dev" ? "*" : ""}`,
  );
  return section(
    [
      `### ${family}, ${inWords(workers)}`,
      `Problems: ${names.join(", ")}.`,
      markdownTable(
        ["mean regret [95 %], mean rank", ...HORIZONS.map((horizon) => `${horizon} trials`)],
        rows,
      ),
      picture && imageOf(picture),
    ],
    picture ? [picture] : [],
  );
}

function summariesAt(
  index: RunIndex,
  problems: readonly ProblemFacts[],
  methods: readonly string[],
  horizon: number,
  workers: number,
): Map<string, Summary> {
  const at = { horizon, workers, minSeeds: 1 };
  const able = methods.filter(
    (method) => compare(index, problems, { ...at, methods: [method] }).leftOut.length === 0,
  );
  if (able.length === 0) return new Map();
  const summaries = summarise(compare(index, problems, { ...at, methods: able }));
  return new Map(summaries.map((summary) => [summary.method, summary]));
}

function cell(summary: Summary | undefined): string {
  if (summary === undefined) return "–";
  return `${withInterval(summary.regret)}, ${twoDecimals(summary.meanRank.value)}`;
}
