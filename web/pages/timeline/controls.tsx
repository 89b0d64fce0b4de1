import { setQuery } from "../../app/router.ts";

interface TimelineControlsProps {
  by: "host" | "trial";
  zoomed: boolean;
  onScale: (factor: number) => void;
  onReset: () => void;
  /** Where older attempts begin; null: none. */
  nextBefore: string | null;
}

export function TimelineControls({ by, zoomed, onScale, onReset, nextBefore }: TimelineControlsProps) {
  const before = new URLSearchParams(window.location.search).get("before");
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
      <button type="button" aria-label="Zoom in" onClick={() => onScale(0.5)}>
        +
      </button>
      <button type="button" aria-label="Zoom out" disabled={!zoomed} onClick={() => onScale(2)}>
        −
      </button>
      <button type="button" disabled={!zoomed} onClick={onReset}>
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
