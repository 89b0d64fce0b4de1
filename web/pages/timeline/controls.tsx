import { query, setQuery } from "../../app/router.ts";
import type { TimeWindow } from "./window.ts";

interface TimelineControlsProps {
  by: "host" | "trial";
  view: TimeWindow;
  /** Where older attempts begin; null: none. */
  nextBefore: string | null;
}

export function TimelineControls({ by, view, nextBefore }: TimelineControlsProps) {
  const before = query.value.get("before");
  return (
    <div class="row no-print">
      <label>
        Lanes
        <select
          value={by}
          onChange={(event) =>
            setQuery({ lanes: event.currentTarget.value === "trial" ? "trial" : null }, true)
          }
        >
          <option value="host">hosts and GPUs</option>
          <option value="trial">trials</option>
        </select>
      </label>
      <button type="button" aria-label="Zoom in" onClick={() => view.scale(0.5)}>
        +
      </button>
      <button type="button" aria-label="Zoom out" disabled={!view.zoomed} onClick={() => view.scale(2)}>
        −
      </button>
      <button type="button" disabled={!view.zoomed} onClick={view.reset}>
        All
      </button>
      {nextBefore === null ? null : (
        <button type="button" onClick={() => setQuery({ before: nextBefore, from: null, to: null }, true)}>
          Earlier
        </button>
      )}
      {before === null ? null : (
        <button type="button" onClick={() => setQuery({ before: null, from: null, to: null }, true)}>
          Newest
        </button>
      )}
    </div>
  );
}
