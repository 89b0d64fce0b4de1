import { useMemo, useState } from "preact/hooks";
import { useShortcuts } from "../../app/keys.ts";
import { go, querySet, setQuery } from "../../app/router.ts";
import { Empty } from "../../ui/notes.tsx";
import { openTrial } from "./open-trial.ts";
import { SelectedRow } from "./selected-row.tsx";
import { selectedTrials } from "./trial-table.ts";
import type { View } from "./view.ts";

const MOST_ROWS = 50;

/** The selected trials, best first: the same selection as in the charts, in words. */
export function Selected({ view }: { view: View }) {
  const [cursor, setCursor] = useState(0);
  const { sample, study, linked } = view;
  const total = view.selected.value;
  const rows = selectedTrials(view, MOST_ROWS);
  const pinned = querySet("sel");
  const at = Math.min(cursor, rows.length - 1);
  const move = (by: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, at + by));
    setCursor(next);
    if (rows[next] !== undefined) linked.hover.value = { trial: rows[next], at: null };
  };
  const compare = () => go(`/studies/${encodeURIComponent(study.name)}/compare?sel=${[...pinned].join(",")}`);
  useShortcuts([
    { key: "j", does: "next trial", run: () => move(1) },
    { key: "k", does: "previous trial", run: () => move(-1) },
    {
      key: "x",
      does: "highlight the trial, or no longer",
      run: () => rows[at] !== undefined && view.pin(rows[at]),
    },
    { key: "c", does: "compare the highlighted trials", run: () => pinned.size > 1 && compare() },
    { key: "Enter", does: "open the trial", run: () => rows[at] !== undefined && openTrial(view, rows[at]) },
  ]);
  const parameters = useMemo(() => view.axes.filter(({ key }) => !key.startsWith("@")), [view.axes]);
  return (
    <section class="panel" aria-label="Selected trials">
      <header>
        <h2>
          Selected trials{" "}
          <span class="muted">{rows.length < total ? `best ${rows.length} of ${total}` : rows.length}</span>
        </h2>
        {pinned.size === 0 ? null : (
          <button type="button" class="small" onClick={() => setQuery({ sel: null })}>
            {pinned.size} highlighted ✕
          </button>
        )}
        <button type="button" class="small" disabled={pinned.size < 2} onClick={compare}>
          Compare highlighted
        </button>
      </header>
      {rows.length === 0 ? (
        <Empty>
          0 of {sample.sampled} trials match.
          <button type="button" onClick={() => setQuery({ brush: null, top: null }, true)}>
            Select all
          </button>
        </Empty>
      ) : (
        <div class="scroll" style={{ maxHeight: 480, contain: "content" }}>
          <table>
            <thead>
              <tr>
                <th>
                  <span class="visually-hidden">Highlight</span>
                </th>
                <th class="number">Trial</th>
                <th>State</th>
                {study.spec.objectives.map(({ metric }) => (
                  <th key={metric} class="number">
                    {metric}
                  </th>
                ))}
                {parameters.map(({ key, label }) => (
                  <th key={key} class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((trial, index) => (
                <SelectedRow
                  key={sample.trials[trial]}
                  view={view}
                  parameters={parameters}
                  trial={trial}
                  pinned={pinned.has(String(sample.trials[trial]))}
                  atCursor={index === at}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
