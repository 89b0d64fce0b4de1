import type { TimingFigure } from "../../suggestion/tasks.ts";
import { HORIZONS } from "../campaigns.ts";
import type { Picture } from "../figures.ts";
import type { Recorded } from "../targets.ts";
import { familySection } from "./families.ts";
import { methodSection } from "./methods.ts";
import { problemSection } from "./problems.ts";
import { rankingSection } from "./rankings.ts";
import { type Section, section } from "./section.ts";
import { timingSection } from "./timing.ts";

/** What follows the table of targets in the report of the quality benchmark. */
export function reportPage(
  recorded: Recorded,
  figures: readonly TimingFigure[],
): { text: string; pictures: Picture[] } {
  const { facts, workers } = recorded;
  const families = [...new Set(facts.map(({ family }) => family))];
  const each = (of: (workers: number) => (Section | null)[]) => workers.flatMap(of);
  const sections = [
    section([protocol(recorded)]),
    section(["## Ranks"]),
    ...each((count) => HORIZONS.map((horizon) => rankingSection(recorded, horizon, count))),
    section(["## Families", "Problems with * are those that defaults and policies were tuned on."]),
    ...each((count) => families.map((family) => familySection(recorded, family, count))),
    section(["## Problems"]),
    ...each((count) => [problemSection(recorded, 100, count)]),
    timingSection(figures),
    methodSection(recorded),
  ].filter((part) => part !== null);
  return {
    text: `${sections.map(({ text }) => text).join("\n\n")}\n`,
    pictures: sections.flatMap(({ pictures }) => pictures),
  };
}

function protocol({ facts, methods }: Recorded): string {
  const families = new Map<string, number>();
  for (const { family } of facts) families.set(family, (families.get(family) ?? 0) + 1);
  const counts = [...families].map(([family, count]) => `${family} ${count}`).join(", ");
  return [
    `Normalised regret: 0 is the optimum, or the best value known, 1 what random search expects after 10 trials. ${methods.length} methods, ${facts.length} problems (${counts}). Each run is one study with a seed of its own; intervals (95 %) draw the seeds again, with the problems as they are.`,
    "",
    "A run counts at every horizon up to the budget that its method was told: one that was told 200 trials stands for the same method at 25, although a method that plans with its budget might have gone another way with 25. With several budgets, the one with the most seeds counts. Our own run through the deployed scheduler's turns; with several workers, on a simulated clock. [How it is measured](../README.md).",
  ].join("\n");
}
