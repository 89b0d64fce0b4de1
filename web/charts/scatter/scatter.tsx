import { useMemo } from "preact/hooks";
import { color } from "../../app/theme.ts";
import { type Layer, Layers, pointIn } from "../layers.tsx";
import { hoverOver, type Linked } from "../linked.ts";
import type { TrialAxis } from "../trial-axis.ts";
import { useWidth } from "../use-width.ts";
import { type DotLayout, type DotStyle, dotLayout, dotNear, drawDot, drawFrame, drawRing } from "./draw.ts";

interface ScatterProps {
  x: TrialAxis;
  y: TrialAxis;
  /** Their numbers. */
  trials: readonly number[];
  linked: Linked;
  height: number;
  /** How trials look that are in the brush; the same function as long as they look the same. */
  styleOf: (trial: number) => DotStyle;
  /** Beneath the dots. */
  under?: ((context: CanvasRenderingContext2D, layout: DotLayout) => void) | undefined;
  onPick: (trial: number) => void;
}

/** Trials as dots over two axes, linked with the other charts. */
export function Scatter({ x, y, trials, linked, height, styleOf, under, onPick }: ScatterProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  const layout = useMemo(() => dotLayout(x, y, trials, width, height), [x, y, trials, width, height]);
  const layers = useMemo(
    (): Layer[] => [
      {
        under: (context) => {
          under?.(context, layout);
          drawDimmed(context, layout, trials.length);
          drawFrame(context, layout, x, y);
        },
        mask: linked.mask,
        order: Int32Array.from(trials.keys()),
        draw: (context, selected) => {
          for (const trial of selected) drawDot(context, layout, trial, styleOf(trial));
          context.globalAlpha = 1;
        },
      },
      (context) => {
        const ringed = [
          ...linked.pinned.value,
          ...(linked.hover.value === null ? [] : [linked.hover.value.trial]),
        ];
        for (const trial of ringed) drawRing(context, layout, trial);
        return ringed.length > 0;
      },
    ],
    [layout, styleOf, under, linked],
  );
  return (
    <div ref={element}>
      <Layers
        width={width}
        height={height}
        layers={layers}
        style={{ cursor: "pointer" }}
        onPointerMove={(event) => {
          hoverOver(linked.hover, dotNear(layout, linked.mask.peek(), pointIn(event)), event);
        }}
        onPointerLeave={(event) => hoverOver(linked.hover, null, event)}
        onPointerUp={(event) => {
          const trial = dotNear(layout, linked.mask.peek(), pointIn(event));
          if (trial !== null) onPick(trial);
        }}
      />
    </div>
  );
}

function drawDimmed(context: CanvasRenderingContext2D, layout: DotLayout, count: number): void {
  const style = { color: color("--muted"), hollow: false, alpha: 0.16, radius: 1.4, square: true };
  for (let trial = 0; trial < count; trial++) drawDot(context, layout, trial, style);
  context.globalAlpha = 1;
}
