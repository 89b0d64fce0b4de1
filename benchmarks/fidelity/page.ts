import { inWords, markdownTable } from "../quality/markdown.ts";
import { mean } from "../quality/statistics.ts";
import type { Campaign } from "./campaigns.ts";
import { methodsOf, RANDOM_BUDGET } from "./campaigns.ts";
import { newestSavings } from "./measures.ts";
import { methods } from "./methods.ts";
import { type Picture, regretPicture } from "./pictures.ts";
import type { Measure } from "./problems/problem.ts";
import { SAVING_TRIALS } from "./savings.ts";
import { percent, type Recorded, rankingOf, SCHEDULES, speedUpOf } from "./targets.ts";

/** What follows the table of targets in the report. */
export function reportPage(
  recorded: Recorded,
  plan: readonly Campaign[],
): { text: string; pictures: Picture[] } {
  const suites = [...new Set(recorded.facts.map(({ suite }) => suite))];
  const pictures = suites
    .map((suite) => regretPicture(recorded, suite, 16))
    .filter((picture) => picture !== null);
  const sections = [
    protocol(recorded),
    speedSection(recorded, "seen", "Time to random search's final regret"),
    speedSection(recorded, "final", "The same, judged by the end of the whole training"),
    ...[4, 16].map((workers) => rankSection(recorded, workers)),
    "## Regret against worker-hours",
    ...pictures.map(({ file, title }) => `![${title}](fidelity/${file})`),
    savingSection(recorded),
    workerSection(recorded),
    faultSection(recorded),
    methodSection(recorded, plan),
  ];
  return { text: `${sections.filter((section) => section !== null).join("\n\n")}\n`, pictures };
}

function protocol({ facts }: Recorded): string {
  return [
    `${facts.length} problems: ${facts.map(({ name }) => name).join(", ")}. A point trains as that recorded configuration did which is nearest to it among those that the study has not trained yet, with its recorded seconds (TaskSet has none: every checkpoint takes a minute; YAHPO's are predicted). NAS-Bench-201, FCNet and NMT are not among them: what is recorded of them is the end of each training alone.`,
    "The unit of time is one whole training, the mean over configurations, of one worker: with 16 workers, 16 of them go by at once. Regret is normalised: 0 is the best of the table, 1 what ten whole trainings of random search are expected to reach; nothing counts as worse than the median configuration. It is that of the lowest loss reported so far at whatever step, as is usual in the literature (*seen*: targets, ranks and pictures), or of what a user would take home (*final*): the configuration whose last report is the lowest of all last reports so far, judged by the loss at the end of its whole training.",
    "Ours run through the deployed scheduler's turns, with every report and end told at its simulated time; peers through their own `report` and `should_prune`. All have eta 3 and the same lowest rung, 1/27 of a whole training. Time that a tuner thinks is not on the clock. [How it is run](../README.md).",
  ].join("\n\n");
}

function speedSection(recorded: Recorded, measure: Measure, title: string): string | null {
  const rows = SCHEDULES.concat("median-random", "curve-random")
    .map((method) => speedUpOf(recorded, method, measure))
    .filter((each) => each !== null)
    .toSorted((a, b) => a.mean - b.mean);
  if (rows.length === 0) return null;
  const suites = [...new Set(rows.flatMap((row) => [...row.suites.keys()]))];
  const cell = (share: number | undefined) =>
    share === undefined ? "–" : share >= 1 ? "not reached" : `1/${(1 / share).toFixed(1)}`;
  return [
    `## ${title}`,
    `Share of the worker-hours of random search (${RANDOM_BUDGET} whole trainings, 16 workers) after which the mean regret is as low for good. What is not reached counts as all of them.`,
    markdownTable(
      ["", "mean", ...suites, "problems", "seeds"],
      rows.map((row) => [
        row.method,
        cell(row.mean),
        ...suites.map((suite) => cell(row.suites.get(suite))),
        String(row.problems),
        String(row.seeds),
      ]),
    ),
  ].join("\n\n");
}

/** Everyone on the problems that all did. */
function rankSection(recorded: Recorded, workers: number): string | null {
  const present = methods
    .map(({ name }) => name)
    .filter((name) => rankingOf(recorded, ["asha-random", name], workers) !== null);
  const ranking = rankingOf(recorded, present, workers);
  if (ranking === null || present.length < 2) return null;
  const final = rankingOf(recorded, present, workers, "final")!;
  const rows = [...ranking.ranks].toSorted(([, a], [, b]) => a - b);
  return [
    `## Mean ranks, ${inWords(workers)}`,
    `After 8, 16 and 32 whole trainings' worth of worker time, of the mean regrets on ${ranking.problems} problems; at least ${ranking.seeds} seeds.`,
    markdownTable(
      ["", "seen", "final"],
      rows.map(([name, rank]) => [name, rank.toFixed(2), final.ranks.get(name)!.toFixed(2)]),
    ),
  ].join("\n\n");
}

function savingSection({ measures }: Recorded): string | null {
  const savings = newestSavings(measures);
  if (savings.length === 0) return null;
  const stoppers = [...new Set(savings.map(({ stopper }) => stopper))];
  const problems = [...new Set(savings.map(({ problem }) => problem))];
  const cell = (stopper: string, problem: string) => {
    const runs = savings.filter((run) => run.stopper === stopper && run.problem === problem);
    if (runs.length === 0) return "–";
    const lost = runs.filter(({ lostBest }) => lostBest).length;
    return `${percent(mean(runs.map(({ saved }) => saved)))}, ${lost} of ${runs.length}`;
  };
  return [
    "## Early stopping on full curves",
    `${SAVING_TRIALS} random trials a study, 8 workers: share of the steps saved, and in how many studies the trial that would have ended best was stopped.`,
    markdownTable(
      ["", ...stoppers],
      problems.map((problem) => [problem, ...stoppers.map((stopper) => cell(stopper, problem))]),
    ),
  ].join("\n\n");
}

function workerSection({ index, facts }: Recorded): string | null {
  const rows = [1, 4, 16, 64].flatMap((workers) =>
    ["asha-random", "hyperband-random", "successive-halving-random"].flatMap((method) => {
      const runs = facts.flatMap(({ name }) => index.runs(method, name, workers));
      if (runs.length === 0) return [];
      const of = (value: (run: (typeof runs)[number]) => number) => mean(runs.map(value));
      return [
        [
          `${method}, ${inWords(workers)}`,
          percent(of((run) => run.idle.barrier)),
          of((run) => run.trials).toFixed(0),
          of((run) => run.completed).toFixed(0),
        ],
      ];
    }),
  );
  if (rows.length === 0) return null;
  return [
    "## Workers",
    "Share of the workers' time that waits at a barrier; trials started and trained to the end, mean of a study.",
    markdownTable(["", "idle", "trials", "whole trainings"], rows),
  ].join("\n\n");
}

function faultSection({ index, facts }: Recorded): string | null {
  const rows = ["none", "failures", "stragglers", "no-checkpoints"].flatMap((faults) =>
    ["asha-random", "hyperband-random", "successive-halving-random"].flatMap((method) => {
      const runs = facts.flatMap(({ name }) => index.runs(method, name, 16, faults));
      if (runs.length === 0) return [];
      const of = (value: (run: (typeof runs)[number]) => number) => mean(runs.map(value));
      return [
        [
          `${method}, ${faults}`,
          percent(of((run) => run.idle.barrier)),
          percent(of((run) => run.wasted / run.trained)),
          of((run) => run.completed).toFixed(0),
        ],
      ];
    }),
  );
  if (rows.length === 0) return null;
  return [
    "## Faults",
    "16 workers. failures: one attempt in ten is lost with its worker; stragglers: one in ten is four times slower; no-checkpoints: whoever is promoted starts again from nothing.",
    markdownTable(["", "idle", "trained in vain", "whole trainings"], rows),
  ].join("\n\n");
}

function methodSection({ index }: Recorded, plan: readonly Campaign[]): string {
  const rows = methodsOf(plan).map((name) => {
    const method = methods.find((known) => known.name === name);
    const note = method?.type === "peer" ? method.peer.note : "";
    const failed = index.failed.filter((run) => run.method === name);
    const trouble =
      failed.length === 0 ? "" : ` ${failed.length} runs failed: ${failed[0]!.error!.slice(0, 100)}`;
    return [name, index.versions.get(name) ?? "not measured", `${note}${trouble}`];
  });
  return ["## Methods", markdownTable(["", "version", "how it was run"], rows)].join("\n\n");
}
