import type uPlot from "uplot";
import type { Points } from "./align.ts";

/** A point of one of a plot's lines. */
export interface Hit {
  line: number;
  step: number;
  value: number;
}

/** How far from a point still counts as on it, CSS pixels. */
const REACH = 28;

interface Told {
  /** Null: the pointer is on nothing. The place is the window's, for cards. */
  hover: (hit: Hit | null, x: number, y: number) => void;
  click?: (hit: Hit) => void;
}

/** Tells which point of the lines the pointer is on. `lines`: asked each time, for data change. */
export function listenForHits(plot: uPlot, lines: () => readonly Points[], told: Told): void {
  const hitAt = (event: MouseEvent) => {
    const box = plot.over.getBoundingClientRect();
    return pointAt(plot, lines(), event.clientX - box.left, event.clientY - box.top);
  };
  plot.over.addEventListener("mousemove", (event) => {
    const hit = hitAt(event);
    plot.over.style.cursor = hit === null || told.click === undefined ? "default" : "pointer";
    told.hover(hit, event.clientX, event.clientY);
  });
  plot.over.addEventListener("mouseleave", () => told.hover(null, 0, 0));
  plot.over.addEventListener("click", (event) => {
    const hit = hitAt(event);
    if (hit !== null) told.click?.(hit);
  });
}

/** The point nearest to a place in the plot, CSS pixels. Values beyond the axis count where they are clipped. */
function pointAt(plot: uPlot, lines: readonly Points[], left: number, top: number): Hit | null {
  let best: Hit | null = null;
  let distance = REACH ** 2;
  const height = plot.bbox.height / devicePixelRatio;
  for (const [line, points] of lines.entries()) {
    for (const [step, value] of points) {
      if (value === null) continue;
      const dx = plot.valToPos(step, "x") - left;
      if (Math.abs(dx) > REACH) continue;
      const y = Math.min(height, Math.max(0, plot.valToPos(value, "y")));
      const squared = dx ** 2 + (y - top) ** 2;
      if (squared > distance) continue;
      distance = squared;
      best = { line, step, value };
    }
  }
  return best;
}
