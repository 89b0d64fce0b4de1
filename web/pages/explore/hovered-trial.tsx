import { short } from "../../app/format.ts";
import { HoverCard } from "../../charts/hover-card.tsx";
import { valueText } from "../../charts/trial-axis.ts";
import { StateChip } from "../../ui/state-chip.tsx";
import type { View } from "./view.ts";

/** Beside the pointer: the trial that it is on. */
export function HoveredTrial({ view }: { view: View }) {
  const hover = view.linked.hover.value;
  if (hover === null || hover.at === null) return null;
  const { sample, study } = view;
  const { trial } = hover;
  const parameters = view.axes.filter(({ key }) => !key.startsWith("@"));
  return (
    <HoverCard x={hover.at.x} y={hover.at.y}>
      <div class="row" style={{ marginBottom: 4 }}>
        <strong>Trial {sample.trials[trial]}</strong>
        <StateChip state={sample.states[trial]!} />
      </div>
      <dl class="facts">
        {study.spec.objectives.map(({ metric }, index) => (
          <>
            <dt key={metric} class="clip">
              {metric}
            </dt>
            <dd>
              <strong>{short(sample.values[index]?.[trial])}</strong>
            </dd>
          </>
        ))}
        {parameters.map((axis) => (
          <>
            <dt key={axis.key} class="clip">
              {axis.label}
            </dt>
            <dd class="clip">{valueText(axis, sample.params[axis.key]?.[trial])}</dd>
          </>
        ))}
      </dl>
    </HoverCard>
  );
}
