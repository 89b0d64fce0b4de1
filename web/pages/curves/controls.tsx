import { query, setQuery } from "../../app/router.ts";

interface CurveControlsProps {
  metrics: readonly string[];
  metric: string;
  smoothing: number;
}

/** What is shown of the curves; all of it in the address. */
export function CurveControls({ metrics, metric, smoothing }: CurveControlsProps) {
  return (
    <div class="row no-print" style={{ gap: 16, marginBottom: 8 }}>
      <label>
        Metric
        <select
          value={metric}
          style={{ maxWidth: 220 }}
          onChange={(event) => setQuery({ metric: event.currentTarget.value, at: null }, true)}
        >
          {metrics.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Toggle name="x" value="log" label="Log steps" />
      <Toggle name="pruned" value="hide" label="Hide pruned" />
      <label>
        Smoothing
        <input
          type="range"
          min="0"
          max="0.98"
          step="0.02"
          style={{ padding: 0 }}
          value={smoothing}
          onInput={(event) => {
            const { value } = event.currentTarget;
            setQuery({ smooth: Number(value) === 0 ? null : value });
          }}
        />
        <span class="muted" style={{ minWidth: "2.4em" }}>
          {smoothing === 0 ? "off" : smoothing.toFixed(2)}
        </span>
      </label>
    </div>
  );
}

function Toggle({ name, value, label }: { name: string; value: string; label: string }) {
  return (
    <label>
      <input
        type="checkbox"
        checked={query.value.get(name) === value}
        onChange={(event) => setQuery({ [name]: event.currentTarget.checked ? value : null }, true)}
      />
      {label}
    </label>
  );
}
