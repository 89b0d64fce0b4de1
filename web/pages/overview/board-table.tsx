import { useMemo, useRef, useState } from "preact/hooks";
import type { TrialResource } from "../../../core/resources.ts";
import { useShortcuts } from "../../app/keys.ts";
import { go, setQuery } from "../../app/router.ts";
import { type BoardQuery, nextSort, toggleSelected } from "./board-query.ts";
import { BoardRow } from "./board-row.tsx";
import type { CellContext, Column } from "./columns.tsx";
import { heatOf } from "./heat.ts";

interface BoardTableProps {
  trials: readonly TrialResource[];
  columns: readonly Column[];
  context: CellContext;
  query: BoardQuery;
  /** Where several trials are compared. */
  compareAddress: string;
}

/** The rows of the leaderboard, the baseline always on top; walked through by the keyboard. */
export function BoardTable({ trials, columns, context, query, compareAddress }: BoardTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const last = useRef<number | null>(null);
  if (focused !== null) last.current = focused;
  const move = (by: number) => focusRow(table.current, last.current, by);
  useShortcuts([
    { key: "j", does: "next trial", run: () => move(1) },
    { key: "k", does: "previous trial", run: () => move(-1) },
    { key: "c", does: "compare the selected trials", run: () => go(compareAddress) },
    ...(focused === null
      ? []
      : [
          { key: "x", does: "select the trial, or not", run: () => toggleSelected(focused) },
          {
            key: "Enter",
            does: "open the trial",
            run: () => go(`/studies/${encodeURIComponent(context.study.name)}/trials/${focused}`),
          },
        ]),
  ]);
  const others = trials.filter(({ number }) => number !== context.base?.number);
  const rows = context.base === null ? others : [context.base, ...others];
  const shade = useMemo(
    () => heatOf(query.heat, columns, trials, context),
    [query.heat, columns, trials, context],
  );
  return (
    <div class="scroll board">
      <table ref={table}>
        <thead>
          <tr>
            <th>
              <span class="visually-hidden">Selected</span>
            </th>
            {columns.map((column) => (
              <Head key={column.id} column={column} sort={query.sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((trial) => (
            <BoardRow
              key={trial.number}
              trial={trial}
              columns={columns}
              context={context}
              selected={query.selected.has(trial.number)}
              pinned={trial.number === context.base?.number}
              shade={shade}
              onFocus={setFocused}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({
  column: { title, sort, number, wide },
  sort: current,
}: {
  column: Column;
  sort: string | null;
}) {
  const up = sort !== undefined && current === sort;
  const down = sort !== undefined && current === `-${sort}`;
  return (
    <th
      scope="col"
      class={`${number ? "number" : ""} ${wide ? "hide-small" : ""}`}
      aria-sort={up ? "ascending" : down ? "descending" : undefined}
    >
      {sort === undefined ? (
        title
      ) : (
        <button
          type="button"
          title={sort === "value" ? "Sort: best first, worst first" : `Sort by ${title}`}
          onClick={() => setQuery({ sort: nextSort(current, sort) }, true)}
        >
          <span class="clip param">{title}</span>
          {/* Null: Preact writes an empty text anew each time, and the table would be laid out again. */}
          <span aria-hidden="true">{up ? "▲" : down ? "▼" : null}</span>
        </button>
      )}
    </th>
  );
}

/** Puts the focus `by` rows on, from the row of trial `from`; on the first one when that is gone. */
function focusRow(table: HTMLTableElement | null, from: number | null, by: number): void {
  const rows = [...(table?.querySelectorAll<HTMLElement>("tr[data-trial]") ?? [])];
  const index = rows.findIndex(({ dataset }) => dataset.trial === String(from));
  const next = rows[index < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, index + by))];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}
