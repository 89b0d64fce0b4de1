import { memo } from "preact/compat";
import { short } from "../../app/format.ts";
import { type TrialAxis, valueText } from "../../charts/trial-axis.ts";
import { Link } from "../../ui/link.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { trialPath } from "./open-trial.ts";
import type { View } from "./view.ts";

interface SelectedRowProps {
  view: View;
  parameters: readonly TrialAxis[];
  trial: number;
  pinned: boolean;
  atCursor: boolean;
}

/** A trial in the table; the charts highlight it while the pointer is on it, and the other way. A brush keeps most rows: they are not made anew. */
export const SelectedRow = memo(({ view, parameters, trial, pinned, atCursor }: SelectedRowProps) => {
  const { sample, study, linked } = view;
  const number = sample.trials[trial]!;
  return (
    <tr
      aria-selected={atCursor || linked.hover.value?.trial === trial}
      onPointerEnter={() => {
        linked.hover.value = { trial, at: null };
      }}
      onPointerLeave={() => {
        linked.hover.value = null;
      }}
    >
      <td>
        <input
          type="checkbox"
          aria-label={`Highlight trial ${number}`}
          checked={pinned}
          onChange={() => view.pin(trial)}
        />
      </td>
      <td class="number">
        <Link to={trialPath(study.name, number)}>{number}</Link>
      </td>
      <td>
        <StateChip state={sample.states[trial]!} />
      </td>
      {study.spec.objectives.map(({ metric }, objective) => {
        const value = sample.values[objective]?.[trial];
        return (
          <td key={metric} class="number" title={String(value ?? "")}>
            {short(value)}
          </td>
        );
      })}
      {parameters.map((axis) => {
        const value = sample.params[axis.key]?.[trial];
        return (
          <td key={axis.key} class="number clip" title={valueText(axis, value)}>
            {valueText(axis, value)}
          </td>
        );
      })}
    </tr>
  );
});
