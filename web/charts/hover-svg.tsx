import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { HoverCard } from "./hover-card.tsx";
import { type Mark, nearest } from "./nearest-mark.ts";

interface HoverSvgProps<Item extends Mark> {
  width: number;
  height: number;
  /** What can be pointed at. Pixels. */
  marks: readonly Item[];
  tip: (mark: Item) => ComponentChildren;
  onPick: (mark: Item) => void;
  children: ComponentChildren;
}

/** An SVG whose marks are easy to hit: the nearest one is told of and clicked. */
export function HoverSvg<Item extends Mark>(props: HoverSvgProps<Item>) {
  const { width, height, marks, tip, onPick, children } = props;
  const [at, setAt] = useState<{ mark: Item; clientX: number; clientY: number } | null>(null);
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const mark = nearest(marks, { x: event.clientX - box.left, y: event.clientY - box.top });
    setAt(mark === null ? null : { mark, clientX: event.clientX, clientY: event.clientY });
  };
  return (
    <>
      <svg
        width={width}
        height={height}
        aria-hidden="true"
        style={{ cursor: at === null ? "default" : "pointer" }}
        onPointerMove={point}
        onPointerLeave={() => setAt(null)}
        onClick={() => at !== null && onPick(at.mark)}
      >
        {children}
        {at === null ? null : (
          <circle cx={at.mark.x} cy={at.mark.y} r="7" fill="none" stroke="var(--text)" stroke-width="1.5" />
        )}
      </svg>
      {at === null ? null : (
        <HoverCard x={at.clientX} y={at.clientY}>
          {tip(at.mark)}
        </HoverCard>
      )}
    </>
  );
}
