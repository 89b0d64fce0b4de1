import type { ImportanceResource } from "../../../core/resources.ts";
import { query, setQuery } from "../../app/router.ts";
import { Figure } from "../../charts/figure.tsx";
import { ParallelCoordinates } from "../../charts/parallel/parallel-coordinates.tsx";
import { shownAxes, writeOrder } from "./axis-order.ts";
import { Legend } from "./legend.tsx";
import { BrushChips, Ranges } from "./ranges.tsx";
import { flip } from "./scales.ts";
import { trialTable } from "./trial-table.ts";
import { topShare, type View } from "./view.ts";

/** Parallel coordinates with what goes with them: order, top share, ranges by keyboard, and what is brushed. */
export function Lines({ view, importance }: { view: View; importance: ImportanceResource | null }) {
  const { shown, hidden } = shownAxes(view.axes, importance);
  const move = (from: number, to: number) => {
    const keys = shown.map(({ key }) => key);
    keys.splice(to, 0, ...keys.splice(from, 1));
    writeOrder(keys);
  };
  return (
    <Figure
      title="Trials across parameters"
      text={`Parallel coordinates of ${view.sample.sampled} trials over ${shown.length} axes.`}
      table={() => trialTable(view)}
      controls={
        <>
          <ObjectiveChoice view={view} />
          <CompletedOnly />
          <TopShare />
          {importance === null ? null : (
            <button type="button" class="small" onClick={() => writeOrder(byImportance(view, importance))}>
              Order by importance
            </button>
          )}
        </>
      }
    >
      <ParallelCoordinates
        axes={shown}
        ranks={view.ranks}
        linked={view.linked}
        onMove={move}
        onFlip={flip}
        onPick={view.pin}
        onBrushed={view.keepBrush}
      />
      <div class="row small" style={{ justifyContent: "space-between", marginTop: 4 }}>
        <span class="muted">
          <Counts view={view} /> Drag on an axis to select, on a name to move it.
        </span>
        <Legend />
      </div>
      <BrushChips view={view} />
      <Ranges view={view} shown={shown} hidden={hidden} />
    </Figure>
  );
}

function Counts({ view: { selected, sample } }: { view: View }) {
  const of = sample.total > sample.sampled ? ` (the best and a sample of ${sample.total})` : "";
  return (
    <span role="status">
      {selected.value} of {sample.sampled} trials selected{of}.
    </span>
  );
}

function byImportance(view: View, importance: ImportanceResource): string[] {
  const objectives = view.axes.filter(({ key }) => key.startsWith("@")).map(({ key }) => key);
  const { shown } = shownAxes(view.axes, importance);
  const visible = new Set(shown.map(({ key }) => key));
  const parameters = importance.parameters.map(({ name }) => name).filter((name) => visible.has(name));
  return [...parameters.reverse(), ...objectives];
}

function ObjectiveChoice({ view }: { view: View }) {
  const { objectives } = view.study.spec;
  if (objectives.length < 2) return null;
  return (
    <label class="small">
      Colour by
      <select
        value={String(view.objective)}
        onChange={(event) => setQuery({ objective: event.currentTarget.value }, true)}
      >
        {objectives.map(({ metric }, index) => (
          <option key={metric} value={String(index)}>
            {metric}
          </option>
        ))}
      </select>
    </label>
  );
}

function CompletedOnly() {
  const only = query.value.get("only") === "completed";
  return (
    <label
      class="small"
      title="Pruned and paused trials were trained in part: their values are not the final ones."
    >
      <input
        type="checkbox"
        checked={only}
        onChange={() => setQuery({ only: only ? null : "completed" }, true)}
      />
      completed only
    </label>
  );
}

function TopShare() {
  const percent = Math.round(100 * topShare());
  const set = (value: string, push: boolean) => setQuery({ top: value === "100" ? null : value }, push);
  return (
    <label class="small">
      Best {percent} %
      <input
        type="range"
        min="1"
        max="100"
        value={percent}
        style={{ width: 110, padding: 0 }}
        onInput={(event) => set(event.currentTarget.value, false)}
      />
    </label>
  );
}
