import { ENOUGH_SEEDS } from "./campaigns.ts";
import { measureDecisionTime } from "./decision-time.ts";
import { readMeasures, writeMeasures } from "./measures.ts";
import { codeVersion } from "./methods.ts";
import type { CurveProblem } from "./problems/problem.ts";
import { measureSaving, type SavingKey } from "./savings.ts";
import { measureStopLatency } from "./stop-latency.ts";

/** What is measured beside the runs. */

/** Trials in the study whose decisions are timed, and seconds for which real processes run. */
const SIZES = {
  whole: { trials: 10_000, seconds: 60, seeds: ENOUGH_SEEDS },
  quick: { trials: 2_000, seconds: 15, seeds: 1 },
};

/** Savings, decision time and stop latency: what the file does not have of the code as it is. */
export async function measureBeside(
  problems: readonly CurveProblem[],
  file: string,
  whole: boolean,
): Promise<void> {
  const { trials, seconds, seeds } = SIZES[whole ? "whole" : "quick"];
  const measures = readMeasures(file);
  const save = () => writeMeasures(file, measures);
  for (const [problem, key] of savingsOf(problems, seeds)) {
    const known = measures.savings.some(
      (each) => each.problem === problem.name && each.seed === key.seed && each.version === key.version,
    );
    if (known) continue;
    measures.savings.push(await measureSaving(problem, key));
    console.error(`savings of ${key.stopper} on ${problem.name}, seed ${key.seed}`);
    save();
  }
  const version = codeVersion("fidelity/asha");
  if (measures.decision?.version !== version) measures.decision = await measureDecisionTime(version, trials);
  save();
  measures.stopLatency ??= await measureStopLatency(seconds);
  save();
}

function savingsOf(problems: readonly CurveProblem[], seeds: number): [CurveProblem, SavingKey][] {
  const numbers = Array.from({ length: seeds }, (_, seed) => seed);
  const resumable = problems.filter((problem) => problem.resumable);
  return ["median", "curve"].flatMap((stopper) => {
    const version = codeVersion(`stopping/${stopper}`);
    return resumable.flatMap((problem) =>
      numbers.map((seed): [CurveProblem, SavingKey] => [problem, { stopper, version, seed }]),
    );
  });
}
