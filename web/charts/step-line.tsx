import { short } from "../app/format.ts";
import { linearTicks } from "./scale.ts";
import { useWidth } from "./use-width.ts";

interface StepLineProps {
  /** One a trial, in their order. */
  values: readonly number[];
  height: number;
  label: string;
  range: readonly [number, number];
  /** Of the x axis. */
  name: string;
}

const LEFT = 46;
const RIGHT = 10;
const TOP = 10;
const BELOW = 34;

/** A value that only changes in steps, over the count of trials. */
export function StepLine({ values, height, label, range: [low, high], name }: StepLineProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  const right = Math.max(LEFT + 1, width - RIGHT);
  const bottom = height - BELOW;
  const x = (index: number) => LEFT + (index / Math.max(1, values.length)) * (right - LEFT);
  const y = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - TOP);
  return (
    <div ref={element} style={{ minHeight: height }}>
      <svg width={width} height={height} role="img" aria-label={label}>
        <rect x={LEFT} y={TOP} width={right - LEFT} height={bottom - TOP} fill="none" stroke="var(--line)" />
        <g fill="var(--muted)" font-size="11">
          {linearTicks(low, high, 4).map((tick) => (
            <text key={tick} x={LEFT - 5} y={y(tick) + 4} text-anchor="end">
              {short(tick, 2)}
            </text>
          ))}
          {linearTicks(0, values.length, 6).map((tick) => (
            <text key={tick} x={x(tick)} y={bottom + 14} text-anchor="middle">
              {tick}
            </text>
          ))}
          <text x={(LEFT + right) / 2} y={height - 6} text-anchor="middle" fill="var(--text)">
            {name}
          </text>
        </g>
        <path d={stepPath(values, x, y)} fill="none" stroke="var(--accent)" stroke-width="2" />
      </svg>
    </div>
  );
}

/** Only where it changes, for a study may have thousands of trials. */
function stepPath(
  values: readonly number[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  const parts = values.flatMap((value, index) =>
    index > 0 && value === values[index - 1] ? [] : [`H${x(index + 1).toFixed(1)}V${y(value).toFixed(1)}`],
  );
  return parts.length === 0
    ? ""
    : `M${x(1)} ${y(values[0]!).toFixed(1)}${parts.join("")}H${x(values.length).toFixed(1)}`;
}
