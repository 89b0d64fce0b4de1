import { compare, leastSeeds } from "../comparison.ts";
import { fieldOf } from "../field.ts";
import { rankPicture } from "../figures.ts";
import { inWords, markdownTable, twoDecimals, withInterval } from "../markdown.ts";
import { friedman, nemenyi } from "../statistics.ts";
import { rankRows, type Summary, summarise } from "../summary.ts";
import type { Recorded } from "../targets.ts";
import { imageOf, type Section, section } from "./section.ts";

/** All methods on the problems that all of them did, at one horizon. Null when fewer than two did anything. */
export function rankingSection(recorded: Recorded, horizon: number, workers: number): Section | null {
  const { index, plan, facts, methods } = recorded;
  const { compared, specialists, missing, ended } = fieldOf(index, facts, {
    plan,
    methods,
    horizon,
    workers,
  });
  if (compared.length < 2) return null;
  const comparison = compare(index, facts, { methods: compared, horizon, workers, minSeeds: 1 });
  const heading = `### ${horizon} trials, ${inWords(workers)}`;
  const absent = [...specialists, ...missing, ...ended]
    .map(({ method, why }) => `${method} (${why})`)
    .join(", ");
  const notCompared = absent === "" ? null : `Not compared: ${absent}.`;
  if (comparison.problems.length === 0) return section([heading, "No problem that all did.", notCompared]);
  const summaries = summarise(comparison);
  const picture = rankPicture(comparison, summaries);
  const { p } = friedman(rankRows(comparison));
  const critical = nemenyi(compared.length, comparison.problems.length);
  const on = `${comparison.problems.length} problems that all of these did, at least ${leastSeeds(comparison)} seeds.`;
  const tests = `Critical difference of mean ranks ${twoDecimals(critical)} (Nemenyi, 95 %); Friedman's p ${probability(p)}.`;
  return section([heading, `${on} ${tests}`, tableOf(summaries), notCompared, imageOf(picture)], [picture]);
}

/** By mean rank, the best first. Wins, ties and losses are against the first of the comparison. */
function tableOf(summaries: readonly Summary[]): string {
  const [reference] = summaries as [Summary];
  const head = ["", "mean rank [95 %]", "mean regret [95 %]", "median regret [95 %]"];
  const rows = summaries
    .toSorted((a, b) => a.meanRank.value - b.meanRank.value)
    .map(({ method, meanRank, regret, medianRegret, against, p }) => [
      method,
      withInterval(meanRank, twoDecimals),
      withInterval(regret),
      withInterval(medianRegret),
      ...(method === reference.method ? ["", ""] : [against.join("/"), probability(p)]),
    ]);
  return markdownTable([...head, `w/t/l against ${reference.method}`, "p (Wilcoxon, Holm)"], rows);
}

function probability(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
