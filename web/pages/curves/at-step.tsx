import { useMemo } from "preact/hooks";
import { plural, short } from "../../app/format.ts";
import { setQuery } from "../../app/router.ts";
import type { LineSlots } from "../../charts/line-slots.ts";
import { LineSwatch } from "../../charts/line-swatch.tsx";
import { Link } from "../../ui/link.tsx";
import { Empty, Loaded } from "../../ui/notes.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { type CurvesData, useAtStep } from "./data.ts";

interface AtStepProps {
  name: string;
  curves: CurvesData;
  /** The trials drawn in colours. */
  best: LineSlots;
  /** Null: nothing was reported yet. */
  at: number | null;
  /** Whether somebody chose it. */
  chosen: boolean;
}

/** All trials that went as far, compared at the same step: the only fair comparison of trials of unequal length. */
export function AtStep({ name, curves, best, at, chosen }: AtStepProps) {
  const steps = useMemo(() => stepsOf(curves), [curves]);
  const table = useAtStep(name, curves.metric, at);
  const stateOf = new Map(curves.series.map(({ trial, state }) => [trial, state]));
  return (
    <section class="panel">
      <header>
        <h2>At equal step</h2>
        {!chosen ? null : (
          <button type="button" class="link small" onClick={() => setQuery({ at: null })}>
            Clear
          </button>
        )}
      </header>
      {at === null ? null : <StepSlider steps={steps} at={at} unit={curves.unit} />}
      {at === null ? (
        <Empty>Trials are compared here once one has reported a value.</Empty>
      ) : (
        <Loaded resource={table}>
          {(rows) => (
            <div class="scroll" style={{ maxHeight: 340 }}>
              <table>
                <caption class="visually-hidden">
                  Values at {curves.unit} {at}, best first
                </caption>
                <thead>
                  <tr>
                    <th class="number">#</th>
                    <th>trial</th>
                    <th class="number">{curves.metric}</th>
                    <th class="number">at {curves.unit}</th>
                    <th>now</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(({ trial, value, step }, index) => (
                    <tr key={trial}>
                      <td class="number muted">{index + 1}</td>
                      <td>
                        <Link to={`/studies/${encodeURIComponent(name)}/trials/${trial}`}>{trial}</Link>{" "}
                        {best.has(trial) ? <LineSwatch slot={best.get(trial)!} /> : null}
                      </td>
                      <td class="number" title={String(value)}>
                        {short(value, 5)}
                      </td>
                      <td class="number">{short(step)}</td>
                      <td>{stateOf.has(trial) ? <StateChip state={stateOf.get(trial)!} /> : null}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {rows.length === 0 ? (
                <Empty>No trial went to {short(at)}.</Empty>
              ) : (
                <p class="muted small">
                  {plural(rows.length, "trial")} went so far, whatever became of them later; best first.
                </p>
              )}
            </div>
          )}
        </Loaded>
      )}
    </section>
  );
}

/** What to compare at before anybody chooses: the last rung before the end, where most have a value, else the end. */
export function fairStep(curves: CurvesData): number | null {
  const last = stepsOf(curves).at(-1);
  if (last === undefined) return null;
  return curves.rungs.findLast((rung) => rung < last) ?? last;
}

/** A slider over the steps that were reported, evenly spread whatever their distance. */
function StepSlider({ steps, at, unit }: { steps: readonly number[]; at: number; unit: string }) {
  if (steps.length === 0) return null;
  return (
    <label class="row" style={{ width: "100%", marginBottom: 8 }}>
      <span class="nowrap">
        {unit} {short(at)}
      </span>
      <input
        class="grow"
        type="range"
        style={{ padding: 0 }}
        min="0"
        max={steps.length - 1}
        step="1"
        value={indexOf(steps, at)}
        aria-valuetext={`${unit} ${at}`}
        onInput={(event) => setQuery({ at: String(steps[Number(event.currentTarget.value)]) })}
      />
    </label>
  );
}

function stepsOf({ series, rungs }: CurvesData): number[] {
  const all = series.flatMap(({ points }) => points.map(([step]) => step));
  const last = all.reduce((most, step) => Math.max(most, step), Number.NEGATIVE_INFINITY);
  return [...new Set([...all, ...rungs.filter((rung) => rung <= last)])].sort((a, b) => a - b);
}

/** The last step up to `at`. */
function indexOf(steps: readonly number[], at: number): number {
  const after = steps.findIndex((step) => step > at);
  return after === -1 ? steps.length - 1 : Math.max(0, after - 1);
}
