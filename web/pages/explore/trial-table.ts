import type { FigureTable } from "../../charts/figure.tsx";
import { valueText } from "../../charts/trial-axis.ts";
import type { View } from "./view.ts";

/** The selected trials, best first, as indices into the sample; the first `most` of them. */
export function selectedTrials({ order, linked }: View, most = Number.POSITIVE_INFINITY): number[] {
  const mask = linked.mask.value;
  const selected: number[] = [];
  for (let place = 0; place < order.length && selected.length < most; place++)
    if (mask[order[place]!] === 1) selected.push(order[place]!);
  return selected;
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
    rows: selectedTrials(view).map((trial) => [
      String(sample.trials[trial]),
      sample.states[trial]!,
      ...study.spec.objectives.map((_, index) => sample.values[index]?.[trial] ?? null),
      ...parameters.map((axis) => valueText(axis, sample.params[axis.key]?.[trial])),
    ]),
  };
}
