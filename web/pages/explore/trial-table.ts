import type { FigureTable } from "../../charts/figure.tsx";
import { valueText } from "../../charts/trial-axis.ts";
import type { View } from "./view.ts";

/** The selected trials in the order of the charts' colour, best first, as indices into the sample. */
export function bestFirst({ ranks, settled }: View): number[] {
  const mask = settled.value;
  const key = (trial: number) => (Number.isNaN(ranks[trial]!) ? -1 : ranks[trial]!);
  return [...mask.keys()].filter((trial) => mask[trial] === 1).sort((a, b) => key(b) - key(a) || a - b);
}

/** What the charts show, for those who read it. */
export function trialTable(view: View): FigureTable {
  const { sample, study, axes } = view;
  const parameters = axes.filter(({ key }) => !key.startsWith("@"));
  return {
    columns: [
      "trial",
      "state",
      ...study.spec.objectives.map(({ metric }) => metric),
      ...parameters.map(({ label }) => label),
    ],
    rows: bestFirst(view).map((trial) => [
      String(sample.trials[trial]),
      sample.states[trial]!,
      ...study.spec.objectives.map((_, index) => sample.values[index]?.[trial] ?? null),
      ...parameters.map((axis) => valueText(axis, sample.params[axis.key]?.[trial])),
    ]),
  };
}
