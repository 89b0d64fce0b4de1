import type { ImportanceResource } from "../../core/resources.ts";
import { percent } from "../app/format.ts";

const DIRECTIONS = {
  better: { sign: "↗", text: "larger is better" },
  worse: { sign: "↘", text: "larger is worse" },
} as const;

/** A bar a parameter with its interval, and which way the objective goes with it. */
export function ImportanceBars({ importance }: { importance: ImportanceResource }) {
  const most = Math.max(0.01, ...importance.parameters.map(({ high }) => high));
  return (
    <div class="scroll" style={{ maxHeight: 420 }}>
      <table>
        <thead>
          <tr>
            <th>Parameter</th>
            <th style={{ width: "50%" }}>Share, with its 90 % interval</th>
            <th class="number">Share</th>
            <th class="hide-small">Direction</th>
          </tr>
        </thead>
        <tbody>
          {importance.parameters.map(({ name, importance: share, low, high, direction }) => (
            <tr key={name}>
              <td class="clip" title={name}>
                {name}
              </td>
              <td>
                <Bar share={share / most} low={low / most} high={high / most} />
              </td>
              <td class="number" title={`${percent(low, 1)} to ${percent(high, 1)}`}>
                {percent(share)}
              </td>
              <td class="hide-small nowrap muted">
                {direction === null ? "–" : `${DIRECTIONS[direction].sign} ${DIRECTIONS[direction].text}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Bar({ share, low, high }: { share: number; low: number; high: number }) {
  const at = (part: number) => `${(1 + 98 * part).toFixed(2)}%`;
  return (
    <svg width="100%" height="16" aria-hidden="true">
      <rect
        x="1%"
        y="3"
        width={`${(98 * share).toFixed(2)}%`}
        height="10"
        rx="2"
        fill="var(--accent)"
        opacity="0.55"
      />
      <line x1={at(low)} x2={at(high)} y1="8" y2="8" stroke="var(--text)" stroke-width="1.5" />
      {[low, high].map((end, index) => (
        <line key={index} x1={at(end)} x2={at(end)} y1="4" y2="12" stroke="var(--text)" stroke-width="1.5" />
      ))}
    </svg>
  );
}
