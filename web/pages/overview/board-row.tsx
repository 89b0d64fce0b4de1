import { memo } from "preact/compat";
import type { TrialResource } from "../../../core/resources.ts";
import { short } from "../../app/format.ts";
import { go, setQuery } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { toggleSelected } from "./board-query.ts";
import type { CellContext, Column } from "./columns.tsx";
import type { Shade } from "./heat.ts";

interface BoardRowProps {
  trial: TrialResource;
  columns: readonly Column[];
  context: CellContext;
  selected: boolean;
  pinned: boolean;
  shade: Shade;
  onFocus: (trial: number | null) => void;
}

/** One trial of the leaderboard. While others end most rows stay as they are, and are not made anew. */
export const BoardRow = memo((props: BoardRowProps) => {
  const { trial, columns, context, selected, pinned, shade, onFocus } = props;
  const address = `/studies/${encodeURIComponent(context.study.name)}/trials/${trial.number}`;
  const focus = (event: FocusEvent, number: number | null) => {
    if (event.target === event.currentTarget) onFocus(number);
  };
  return (
    <tr
      data-trial={trial.number}
      class={pinned ? "pinned" : ""}
      aria-selected={selected}
      tabIndex={-1}
      onFocus={(event) => focus(event, trial.number)}
      onBlur={(event) => focus(event, null)}
      onDblClick={() => go(address)}
    >
      <td>
        <input
          type="checkbox"
          aria-label={`Select trial ${trial.number}`}
          checked={selected}
          onChange={() => toggleSelected(trial.number)}
        />
      </td>
      {columns.map((column) =>
        column.id === "trial" ? (
          <th key={column.id} scope="row" class="number">
            <Link to={address}>{trial.number}</Link>
            <Pin trial={trial.number} pinned={pinned} />
          </th>
        ) : (
          <td
            key={column.id}
            class={`${column.number ? "number" : ""} ${column.wide ? "hide-small" : ""}`}
            style={pinned ? undefined : shade(column, trial)}
          >
            {column.cell(trial, context)}
            {pinned ? null : <Delta column={column} trial={trial} context={context} />}
          </td>
        ),
      )}
    </tr>
  );
});

function Pin({ trial, pinned }: { trial: number; pinned: boolean }) {
  const title = pinned ? "No longer the baseline" : "Pin as the baseline: others show their difference to it";
  return (
    <button
      type="button"
      class="link pin no-print hide-small"
      aria-pressed={pinned}
      aria-label={pinned ? `Unpin trial ${trial}` : `Pin trial ${trial} as the baseline`}
      title={title}
      onClick={() => setQuery({ pin: pinned ? null : String(trial) }, true)}
    >
      {pinned ? "★" : "☆"}
    </button>
  );
}

/** The difference to the baseline; of parameters only that it differs. */
function Delta({ column, trial, context }: { column: Column; trial: TrialResource; context: CellContext }) {
  const { base } = context;
  if (base === null || (column.better === undefined && !column.id.startsWith("p:"))) return null;
  const value = column.value(trial, context);
  const of = column.value(base, context);
  if (typeof value !== "number" || typeof of !== "number" || value === of) return null;
  const difference = value - of;
  const tone =
    column.better === undefined ? "muted" : difference < 0 === (column.better === "low") ? "good" : "bad";
  return (
    <small class={`delta ${tone}`} title={`Against trial ${base.number}`}>
      {difference > 0 ? "+" : "−"}
      {short(Math.abs(difference), 3)}
    </small>
  );
}
