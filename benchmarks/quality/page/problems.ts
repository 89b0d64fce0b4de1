import { studyRng } from "../../../core/rng.ts";
import { chooseRuns, compare, type RunIndex } from "../comparison.ts";
import { figure, inWords, markdownTable } from "../markdown.ts";
import type { ProblemFacts } from "../problem-facts.ts";
import { bootstrap, mean } from "../statistics.ts";
import type { Recorded } from "../targets.ts";
import { type Section, section } from "./section.ts";

/** Mean regrets of each problem at one horizon, and whether they differ from those of the first method beyond noise. */
export function problemSection(
  { index, facts, methods }: Recorded,
  horizon: number,
  workers: number,
): Section | null {
  const at = { horizon, workers };
  const present = methods.filter((method) =>
    facts.some((problem) => chooseRuns(index.runs(method, problem, workers), horizon).length > 0),
  );
  const [reference] = present;
  if (reference === undefined || present.length < 2) return null;
  const outcomes = facts.map((problem) =>
    present.map((method) => outcomeOf(index, problem, reference, method, at)),
  );
  const rows = facts.map(({ name }, row) => [name, ...outcomes[row]!.map(cell)]);
  const count = (column: number, sign: number) => outcomes.filter((row) => row[column]?.sign === sign).length;
  const totals = present.map((_, column) =>
    column === 0 ? "" : `${count(column, -1)}/${count(column, 0)}/${count(column, 1)}`,
  );
  return section([
    `### ${horizon} trials, ${inWords(workers)}`,
    `Mean regret; − below and + above that of ${reference} beyond noise (95 %). The last row counts those below, between and above.`,
    markdownTable(["", ...present], [...rows, [`against ${reference}`, ...totals]]),
  ]);
}

interface Outcome {
  regret: number;
  /** Of the difference to the reference, 0 within noise. */
  sign: -1 | 0 | 1;
}

/** Null when one of the two has no run there. */
function outcomeOf(
  index: RunIndex,
  problem: ProblemFacts,
  reference: string,
  method: string,
  at: { horizon: number; workers: number },
): Outcome | null {
  const own = compare(index, [problem], { ...at, methods: [method], minSeeds: 1 });
  const [cells] = own.regrets;
  if (cells === undefined) return null;
  const regret = mean(cells[0]!);
  if (method === reference) return { regret, sign: 0 };
  const against = compare(index, [problem], { ...at, methods: [method, reference], minSeeds: 1 }).regrets[0];
  if (against === undefined) return { regret, sign: 0 };
  const rng = studyRng(0, `problem/${method}/${problem.name}`);
  const [difference] = bootstrap(against, "mean", ([own, theirs]) => [own! - theirs!], rng);
  return { regret, sign: difference!.high < 0 ? -1 : difference!.low > 0 ? 1 : 0 };
}

function cell(outcome: Outcome | null): string {
  if (outcome === null) return "–";
  return `${figure(outcome.regret)} ${["−", "", "+"][outcome.sign + 1]}`.trim();
}
