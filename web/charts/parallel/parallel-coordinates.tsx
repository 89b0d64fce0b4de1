import { useMemo, useRef } from "preact/hooks";
import { rangeBetween, withRange } from "../brush.ts";
import { type Layer, Layers, pointIn } from "../layers.tsx";
import { hoverOver, type Linked } from "../linked.ts";
import { worstFirst } from "../ranks.ts";
import type { TrialAxis } from "../trial-axis.ts";
import { useWidth } from "../use-width.ts";
import { drawAxes, drawBrushes, drawDimmed, drawEmphasised, drawRanked } from "./draw.ts";
import { axisNear, LEAST_SPACING, layoutOf, lineNear, positionAt } from "./layout.ts";
import { Titles } from "./titles.tsx";

interface ParallelCoordinatesProps {
  axes: readonly TrialAxis[];
  ranks: Float64Array;
  linked: Linked;
  onMove: (from: number, to: number) => void;
  onFlip: (key: string) => void;
  onPick: (trial: number) => void;
  /** A brush has been drawn or taken away: the time to write it down. */
  onBrushed: () => void;
}

const HEIGHT = 340;
/** So far a press may wander and still be a click. Pixels. */
const CLICK = 4;

/**
 * A line a trial across an axis a parameter (Inselberg 1985). All lines are drawn once, faint, and those in the brush
 * above them whenever it changes.
 */
export function ParallelCoordinates(props: ParallelCoordinatesProps) {
  const { axes, ranks, linked, onMove, onFlip } = props;
  const [element, available] = useWidth<HTMLDivElement>();
  const width = available === 0 ? 0 : Math.max(available, axes.length * LEAST_SPACING);
  const layout = useMemo(() => layoutOf(axes, width, HEIGHT), [axes, width]);
  const layers = useMemo((): Layer[] => {
    const order = worstFirst(ranks);
    return [
      {
        under: (context) => drawDimmed(context, layout, order),
        mask: linked.mask,
        order,
        draw: (context, trials) => drawRanked(context, layout, trials, ranks),
      },
      (context) => drawEmphasised(context, layout, linked.pinned.value, 2),
      (context) => drawEmphasised(context, layout, hovered(linked), 2.6),
      (context) => drawAxes(context, layout, axes),
      (context) => drawBrushes(context, layout, axes, linked.brush.value),
    ];
  }, [layout, ranks, linked]);
  const gestures = useGestures(props, layout);
  return (
    <div ref={element} class="scroll" style={{ overflowY: "hidden" }}>
      <div style={{ position: "relative", width, height: HEIGHT }}>
        <Layers
          width={width}
          height={HEIGHT}
          layers={layers}
          style={{ cursor: "crosshair", touchAction: "pan-x pan-y" }}
          {...gestures}
        />
        <Titles axes={axes} x={layout.x} onMove={onMove} onFlip={onFlip} />
      </div>
    </div>
  );
}

function hovered({ hover }: Linked): readonly number[] {
  return hover.value === null ? [] : [hover.value.trial];
}

interface Press {
  /** Null: it began between axes. */
  axis: number | null;
  y: number;
  moved: boolean;
}

/** Drag on an axis brushes it, a click there takes the brush away; between axes the pointer finds lines. */
function useGestures(
  { axes, linked, onPick, onBrushed }: ParallelCoordinatesProps,
  layout: ReturnType<typeof layoutOf>,
) {
  const press = useRef<Press | null>(null);
  const frame = useRef(0);
  const brush = (axis: TrialAxis, from: number, to: number) => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      linked.brush.value = withRange(
        linked.brush.peek(),
        axis.key,
        rangeBetween(axis, positionAt(layout, from), positionAt(layout, to)),
      );
    });
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      const { x, y } = pointIn(event);
      const axis = axisNear(layout, x);
      press.current = { axis, y, moved: false };
      if (axis === null) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      hoverOver(linked.hover, null, event);
    },
    onPointerMove: (event: PointerEvent) => {
      const point = pointIn(event);
      const { current } = press;
      if (current === null) {
        hoverOver(linked.hover, lineNear(layout, linked.mask.peek(), point), event);
        return;
      }
      if (Math.abs(point.y - current.y) > CLICK) current.moved = true;
      if (current.axis !== null && current.moved) brush(axes[current.axis]!, current.y, point.y);
    },
    onPointerUp: (event: PointerEvent) => {
      const { current } = press;
      press.current = null;
      if (current === null) return;
      if (current.axis === null) {
        const trial = lineNear(layout, linked.mask.peek(), pointIn(event));
        if (trial !== null && !current.moved) onPick(trial);
        return;
      }
      if (!current.moved) linked.brush.value = withRange(linked.brush.peek(), axes[current.axis]!.key, null);
      requestAnimationFrame(onBrushed);
    },
    onPointerLeave: (event: PointerEvent) => {
      if (press.current === null) hoverOver(linked.hover, null, event);
    },
  };
}
