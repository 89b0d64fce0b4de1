import { lineDash, lineStroke } from "./colors.ts";

/** A piece of a line as it is drawn in its chart, beside its name. */
export function LineSwatch({ slot }: { slot: number }) {
  return (
    <svg width="22" height="8" aria-hidden="true" style={{ flex: "none" }}>
      <line
        x1="0"
        x2="22"
        y1="4"
        y2="4"
        stroke={lineStroke(slot)}
        stroke-width="3"
        stroke-dasharray={lineDash(slot).join(" ")}
      />
    </svg>
  );
}
