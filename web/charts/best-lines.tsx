import { useState } from "preact/hooks";
import { short } from "../app/format.ts";
import { lineDash, lineStroke } from "./colors.ts";
import { HoverCard } from "./hover-card.tsx";
import { LineSwatch } from "./line-swatch.tsx";
import { clippedText, linearTicks, robustScale, type Scale } from "./scale.ts";
import { useWidth } from "./use-width.ts";

/** A line that changes in steps: its mean, with a band from the least to the greatest. */
export interface BestLine {
  name: string;
  points: readonly { at: number; mean: number; low: number; high: number }[];
  /** It goes on as far as this. */
  end: number;
}

interface BestLinesProps {
  lines: readonly BestLine[];
  furthest: number;
  /** A place on the x axis that is looked at, and how to move it there. */
  mark: number;
  onMark: (at: number) => void;
  xName: string;
  xText: (value: number) => string;
}

const HEIGHT = 360;
const LEFT = 58;
const RIGHT = 12;
const TOP = 12;
const BELOW = 36;
/** Between the lowest line and the axis. */
const ROOM = 10;

/** Best-so-far lines over a budget. A click, or a drag, moves the mark. */
export function BestLines({ lines, furthest, mark, onMark, xName, xText }: BestLinesProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  const [hover, setHover] = useState<{ line: number; x: number; y: number } | null>(null);
  const y = robustScale(lines.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])));
  const clipped = clippedText(y);
  const right = Math.max(LEFT + 1, width - RIGHT);
  const bottom = HEIGHT - BELOW;
  const placeX = (at: number) => LEFT + (at / (furthest || 1)) * (right - LEFT);
  const placeY = (value: number) => bottom - ROOM - y.position(value) * (bottom - ROOM - TOP);
  const toMark = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (right - LEFT);
    onMark(Math.min(1, Math.max(0, share)) * furthest);
  };
  return (
    <div ref={element} style={{ minHeight: HEIGHT }}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`${lines.length} best-so-far lines`}
        style={{ cursor: "ew-resize", touchAction: "pan-y" }}
        onPointerDown={toMark}
        onPointerMove={(event) => {
          if (event.buttons === 1) toMark(event);
        }}
      >
        <Frame
          y={y}
          furthest={furthest}
          right={right}
          bottom={bottom}
          xName={xName}
          placeX={placeX}
          placeY={placeY}
        />
        {lines.map((line, index) => (
          <g key={line.name} opacity={hover === null || hover.line === index ? 1 : 0.3}>
            <path d={bandPath(line, placeX, placeY)} fill={lineStroke(index)} opacity="0.18" />
            <path
              d={stepPath(line, placeX, placeY)}
              fill="none"
              stroke={lineStroke(index)}
              stroke-width="2.2"
              stroke-dasharray={lineDash(index).join(" ")}
              onPointerEnter={(event) => setHover({ line: index, x: event.clientX, y: event.clientY })}
              onPointerLeave={() => setHover(null)}
            />
          </g>
        ))}
        <line
          x1={placeX(mark)}
          x2={placeX(mark)}
          y1={TOP}
          y2={bottom}
          stroke="var(--text)"
          stroke-dasharray="4 3"
        />
      </svg>
      <Names lines={lines} />
      {hover === null ? null : (
        <HoverCard x={hover.x} y={hover.y}>
          <strong>{lines[hover.line]!.name}</strong>
          <div class="muted">to {xText(lines[hover.line]!.end)}</div>
        </HoverCard>
      )}
      {clipped === null ? null : (
        <p class="muted small" style={{ margin: 0 }}>
          Cut off: {clipped}.
        </p>
      )}
    </div>
  );
}

type Place = (value: number) => number;

interface FrameProps {
  y: Scale;
  furthest: number;
  right: number;
  bottom: number;
  xName: string;
  placeX: Place;
  placeY: Place;
}

function Frame({ y, furthest, right, bottom, xName, placeX, placeY }: FrameProps) {
  return (
    <g fill="var(--muted)" font-size="11" style={{ userSelect: "none" }}>
      {y.ticks(6).map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={right} y1={placeY(tick)} y2={placeY(tick)} stroke="var(--line)" />
          <text x={LEFT - 6} y={placeY(tick) + 4} text-anchor="end">
            {short(tick)}
          </text>
        </g>
      ))}
      {linearTicks(0, furthest, Math.max(2, Math.floor(right / 110))).map((tick) => (
        <text key={tick} x={placeX(tick)} y={bottom + 16} text-anchor="middle">
          {short(tick, 3)}
        </text>
      ))}
      <text x={(LEFT + right) / 2} y={HEIGHT - 4} text-anchor="middle" fill="var(--text)">
        {xName === "time" ? "time, seconds" : xName}
      </text>
      <line x1={LEFT} x2={right} y1={bottom} y2={bottom} stroke="var(--muted)" />
    </g>
  );
}

function Names({ lines }: { lines: readonly BestLine[] }) {
  return (
    <div class="row small" style={{ gap: 14, marginTop: 4 }}>
      {lines.map(({ name }, index) => (
        <span key={name} class="row" style={{ gap: 5 }}>
          <LineSwatch slot={index} />
          <span class="clip" title={name}>
            {name}
          </span>
        </span>
      ))}
    </div>
  );
}

function stepPath({ points, end }: BestLine, placeX: Place, placeY: Place): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  const steps = rest.map(({ at, mean }) => `H${placeX(at).toFixed(1)}V${placeY(mean).toFixed(1)}`);
  return `M${placeX(first.at).toFixed(1)} ${placeY(first.mean).toFixed(1)}${steps.join("")}H${placeX(end).toFixed(1)}`;
}

/** Along the greatest values, and back along the least. */
function bandPath({ points, end }: BestLine, placeX: Place, placeY: Place): string {
  if (points.length === 0 || points.every(({ low, high }) => low === high)) return "";
  const until = (index: number) => points[index + 1]?.at ?? end;
  const there = points.map(
    ({ at, high }, index) => `${placeX(at)} ${placeY(high)}L${placeX(until(index))} ${placeY(high)}`,
  );
  const back = points.map(
    ({ at, low }, index) => `${placeX(until(index))} ${placeY(low)}L${placeX(at)} ${placeY(low)}`,
  );
  return `M${there.join("L")}L${back.reverse().join("L")}Z`;
}
