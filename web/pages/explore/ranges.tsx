import { type Brush, type Range, rangeText, withRange } from "../../charts/brush.ts";
import { scaleName } from "../../charts/parallel/titles.tsx";
import type { TrialAxis } from "../../charts/trial-axis.ts";
import { writeOrder } from "./axis-order.ts";
import { flip } from "./scales.ts";
import type { View } from "./view.ts";

/** What is brushed, each range to be taken away again. */
export function BrushChips({ view }: { view: View }) {
  const brush = view.linked.brush.value;
  if (brush.size === 0) return null;
  return (
    <div class="row" style={{ marginTop: 6 }}>
      {[...brush].map(([key, range]) => (
        <span key={key} class="chip" style={{ color: "var(--accent)" }}>
          <span class="clip">
            {labelOf(view, key)}: {rangeText(range)}
          </span>
          <button
            type="button"
            class="link"
            aria-label={`Do not select by ${labelOf(view, key)}`}
            onClick={() => setRange(view, key, null)}
          >
            ✕
          </button>
        </span>
      ))}
      {brush.size > 1 ? (
        <button type="button" class="link small" onClick={() => keep(view, new Map())}>
          Select all
        </button>
      ) : null}
    </div>
  );
}

function labelOf(view: View, key: string): string {
  return view.axes.find((axis) => axis.key === key)?.label ?? key;
}

function setRange(view: View, key: string, range: Range | null): void {
  keep(view, withRange(view.linked.brush.peek(), key, range));
}

function keep(view: View, brush: Brush): void {
  view.linked.brush.value = brush;
  view.keepBrush();
}

interface RangesProps {
  view: View;
  shown: readonly TrialAxis[];
  hidden: readonly TrialAxis[];
}

/** Everything that the pointer can do on the chart, as a form. */
export function Ranges({ view, shown, hidden }: RangesProps) {
  const keys = shown.map(({ key }) => key);
  const toggle = (key: string) =>
    writeOrder(keys.includes(key) ? keys.filter((other) => other !== key) : [key, ...keys]);
  return (
    <details style={{ marginTop: 8 }}>
      <summary class="small">
        Axes and ranges as a form{hidden.length === 0 ? "" : ` (${hidden.length} axes not shown)`}
      </summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Axis</th>
              <th>Selected</th>
              <th>Scale</th>
              <th>Place</th>
            </tr>
          </thead>
          <tbody>
            {[...shown, ...hidden].map((axis) => (
              <tr key={axis.key}>
                <td>
                  <label>
                    <input
                      type="checkbox"
                      checked={keys.includes(axis.key)}
                      onChange={() => toggle(axis.key)}
                    />
                    <span class="clip">{axis.label}</span>
                  </label>
                </td>
                <td>
                  <RangeFields view={view} axis={axis} />
                </td>
                <td class="nowrap">
                  {axis.canLog ? (
                    <button type="button" class="link" onClick={() => flip(axis.key)}>
                      {scaleName(axis)}
                    </button>
                  ) : (
                    <span class="muted">{scaleName(axis)}</span>
                  )}
                </td>
                <td class="nowrap">
                  <Mover keys={keys} axis={axis} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Mover({ keys, axis }: { keys: readonly string[]; axis: TrialAxis }) {
  const index = keys.indexOf(axis.key);
  if (index < 0) return null;
  const move = (by: number) => {
    const next = keys.filter((key) => key !== axis.key);
    next.splice(index + by, 0, axis.key);
    writeOrder(next);
  };
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={index === 0}
        aria-label={`Move ${axis.label} to the left`}
        onClick={() => move(-1)}
      >
        ←
      </button>{" "}
      <button
        type="button"
        class="small"
        disabled={index === keys.length - 1}
        aria-label={`Move ${axis.label} to the right`}
        onClick={() => move(1)}
      >
        →
      </button>
    </>
  );
}

function RangeFields({ view, axis }: { view: View; axis: TrialAxis }) {
  const range = view.linked.brush.value.get(axis.key);
  const set = (next: Range | null) => setRange(view, axis.key, next);
  if (axis.choices !== null) return <ChoiceFields axis={axis} range={range} onChange={set} />;
  const { low, high } =
    range !== undefined && "low" in range
      ? range
      : { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const field = (name: string, value: number, change: (value: number) => void, open: number) => (
    <input
      type="number"
      step="any"
      aria-label={`${axis.label}, ${name}`}
      placeholder={name}
      style={{ width: 110 }}
      value={Number.isFinite(value) ? Number(value.toPrecision(4)) : ""}
      onChange={({ currentTarget }) =>
        change(currentTarget.value === "" ? open : currentTarget.valueAsNumber)
      }
    />
  );
  const change = (from: number, to: number) =>
    set(Number.isFinite(from) || Number.isFinite(to) ? { low: from, high: to } : null);
  return (
    <span class="row" style={{ flexWrap: "nowrap" }}>
      {field("at least", low, (from) => change(from, high), Number.NEGATIVE_INFINITY)}
      {field("at most", high, (to) => change(low, to), Number.POSITIVE_INFINITY)}
    </span>
  );
}

interface ChoiceFieldsProps {
  axis: TrialAxis;
  range: Range | undefined;
  onChange: (range: Range | null) => void;
}

function ChoiceFields({ axis, range, onChange }: ChoiceFieldsProps) {
  const choices = axis.choices ?? [];
  const chosen = new Set(range !== undefined && "choices" in range ? range.choices : choices);
  const toggle = (choice: string) => {
    const next = choices.filter((other) => chosen.has(other) !== (other === choice));
    onChange(next.length === choices.length ? null : { choices: next });
  };
  return (
    <span class="row">
      {choices.map((choice) => (
        <label key={choice} class="small">
          <input type="checkbox" checked={chosen.has(choice)} onChange={() => toggle(choice)} />
          <span class="clip">{choice}</span>
        </label>
      ))}
    </span>
  );
}
