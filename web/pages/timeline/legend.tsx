import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { themeRevision } from "../../app/theme.ts";
import type { GanttLayout } from "../../charts/gantt-layout.ts";
import { barState, paintPattern } from "../../charts/gantt-paint.ts";
import { stateColorValue } from "../../ui/state-chip.tsx";

/** The states that occur, each as its bars look. */
export function Legend({ layout }: { layout: GanttLayout }) {
  const states = [...new Set(layout.bars.map(barState))].sort();
  return (
    <div class="row small" style={{ gap: 16, marginTop: 8 }}>
      {states.map((state) => (
        <span key={state} class="row" style={{ gap: 5 }}>
          <Swatch state={state} />
          {state}
        </span>
      ))}
    </div>
  );
}

const WIDTH = 30;
const HEIGHT = 14;

function Swatch({ state }: { state: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const paint = () => {
    const element = canvas.current;
    if (element === null) return;
    element.width = WIDTH * devicePixelRatio;
    element.height = HEIGHT * devicePixelRatio;
    const ctx = element.getContext("2d")!;
    ctx.scale(devicePixelRatio, devicePixelRatio);
    ctx.fillStyle = stateColorValue(state);
    ctx.fillRect(0, 0, WIDTH, HEIGHT);
    paintPattern(ctx, state, { x: 0, y: 0, width: WIDTH, height: HEIGHT });
  };
  useEffect(paint, [state]);
  useSignalEffect(() => {
    void themeRevision.value;
    paint();
  });
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} style={{ width: WIDTH, height: HEIGHT, display: "block" }} />
    </span>
  );
}
