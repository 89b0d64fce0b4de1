import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, duration } from "../app/format.ts";
import { themeRevision } from "../app/theme.ts";
import { StateChip } from "../ui/state-chip.tsx";
import type { Bar, GanttLayout, Gap } from "./gantt-layout.ts";
import { barState, type GanttView, paintGantt, timeAt } from "./gantt-paint.ts";
import { HoverCard } from "./hover-card.tsx";
import { useWidth } from "./use-width.ts";

interface GanttProps {
  layout: GanttLayout;
  /** What is in view, milliseconds. */
  from: number;
  to: number;
  onZoom: (from: number, to: number) => void;
  /** Back to all. */
  onReset: () => void;
  onOpen: (trial: number) => void;
}

const AXIS = 26;
const TALLEST = 560;
/** A shorter drag is a click. Pixels. */
const DRAG = 5;

/** Attempts over time. Wheel and drag zoom, a double click shows all again. */
export function Gantt({ layout, from, to, onZoom, onReset, onOpen }: GanttProps) {
  const [place, width] = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<{ bar: Bar | null; gap: Gap | null; x: number; y: number } | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const lane = Math.min(26, Math.max(3, (TALLEST - AXIS) / Math.max(1, layout.lanes.length)));
  const left = width < 500 ? 74 : 130;
  const height = Math.round(lane * layout.lanes.length + AXIS);
  const view: GanttView = { from, to, width, height, left, axis: AXIS, lane };
  const latest = useRef({ view, layout, onZoom });
  latest.current = { view, layout, onZoom };
  const paint = () => {
    const element = canvas.current;
    if (element === null || latest.current.view.width === 0) return;
    paintSharp(element, latest.current.view, (ctx) =>
      paintGantt(ctx, latest.current.layout, latest.current.view),
    );
  };
  useEffect(paint);
  useSignalEffect(() => {
    void themeRevision.value;
    paint();
  });
  useEffect(() => {
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const { view: now, onZoom: zoom } = latest.current;
      const at = timeAt(event.offsetX, now);
      const factor = Math.exp(event.deltaY * 0.002);
      zoom(at - (at - now.from) * factor, at + (now.to - at) * factor);
    };
    const element = canvas.current!;
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, []);

  const find = (event: MouseEvent) => {
    const at = timeAt(event.offsetX, view);
    const row = Math.floor(event.offsetY / lane);
    // Thin bars count a little wider than they are.
    const slack = (to - from) / Math.max(1, width - left) + 1;
    const bar = layout.bars.findLast(
      (one) => one.lane === row && one.from - slack <= at && at <= one.to + slack,
    );
    const gap = layout.gaps.find((one) => one.lane === row && one.from <= at && at <= one.to);
    return { bar: bar ?? null, gap: bar === undefined ? (gap ?? null) : null };
  };
  const move = (event: MouseEvent) => {
    if (drag !== null) setDrag({ ...drag, to: event.offsetX });
    const { bar, gap } = find(event);
    setHover(bar === null && gap === null ? null : { bar, gap, x: event.clientX, y: event.clientY });
  };
  const release = (event: MouseEvent) => {
    const moved = drag === null ? 0 : Math.abs(event.offsetX - drag.from);
    setDrag(null);
    if (drag !== null && moved > DRAG) {
      const times = [timeAt(drag.from, view), timeAt(event.offsetX, view)].sort((a, b) => a - b);
      return onZoom(times[0]!, times[1]!);
    }
    const { bar } = find(event);
    if (bar !== null) onOpen(bar.attempt.trial);
  };
  return (
    <div ref={place} style={{ position: "relative", minHeight: height }}>
      <canvas
        ref={canvas}
        style={{ width, height, cursor: hover?.bar ? "pointer" : "crosshair" }}
        onMouseDown={(event) => setDrag({ from: event.offsetX, to: event.offsetX })}
        onMouseMove={move}
        onMouseUp={release}
        onMouseLeave={() => {
          setHover(null);
          setDrag(null);
        }}
        onDblClick={onReset}
      />
      {drag === null || Math.abs(drag.to - drag.from) <= DRAG ? null : (
        <div
          style={{
            position: "absolute",
            pointerEvents: "none",
            top: 0,
            height: height - AXIS,
            left: Math.min(drag.from, drag.to),
            width: Math.abs(drag.to - drag.from),
            background: "var(--accent)",
            opacity: 0.2,
          }}
        />
      )}
      {hover === null || drag !== null ? null : (
        <HoverCard x={hover.x} y={hover.y}>
          {hover.bar === null ? <GapCard gap={hover.gap!} /> : <BarCard bar={hover.bar} />}
        </HoverCard>
      )}
    </div>
  );
}

function BarCard({ bar }: { bar: Bar }) {
  const { trial, attempt, worker, gpus, outcome, state, reason } = bar.attempt;
  return (
    <>
      <strong>
        Trial {trial}, attempt {attempt}
      </strong>{" "}
      <StateChip state={barState(bar)} />
      <div>
        {clock(bar.from)}, {duration((bar.to - bar.from) / 1000)} on {worker}
        {gpus.length === 0 ? "" : `, GPU ${gpus.join(", ")}`}
      </div>
      <div class="muted">
        {outcome === null ? "The attempt runs." : `The attempt: ${outcome}. The trial: ${state}.`}
      </div>
      <div class="muted">{reason}</div>
    </>
  );
}

function GapCard({ gap }: { gap: Gap }) {
  return (
    <>
      <strong>Idle {duration((gap.to - gap.from) / 1000)}</strong>
      <div class="muted">
        Nothing of this study ran here from {clock(gap.from)} to {clock(gap.to)}.
      </div>
    </>
  );
}

/** Draws in CSS pixels, sharp on any screen. */
function paintSharp(
  element: HTMLCanvasElement,
  { width, height }: GanttView,
  draw: (ctx: CanvasRenderingContext2D) => void,
): void {
  const ratio = devicePixelRatio;
  element.width = Math.round(width * ratio);
  element.height = Math.round(height * ratio);
  const ctx = element.getContext("2d")!;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw(ctx);
}
