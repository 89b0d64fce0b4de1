import { effect } from "@preact/signals";
import type { CSSProperties } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { themeRevision } from "../app/theme.ts";

/** Draws in CSS pixels onto a canvas that is empty. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void;

interface LayersProps {
  width: number;
  height: number;
  /** From the bottom. Each is drawn again when its function changes, a signal that it reads, or the theme. */
  layers: readonly Draw[];
  style?: CSSProperties;
  onPointerDown?: (event: PointerEvent) => void;
  onPointerMove?: (event: PointerEvent) => void;
  onPointerUp?: (event: PointerEvent) => void;
  onPointerLeave?: (event: PointerEvent) => void;
}

/** Canvases on top of each other, so that what changes often does not redraw what seldom does. */
export function Layers({ width, height, layers, style, ...handlers }: LayersProps) {
  return (
    <div style={{ position: "relative", width, height, ...style }} {...handlers}>
      {layers.map((draw, index) => (
        <Layer key={index} draw={draw} width={width} height={height} />
      ))}
    </div>
  );
}

function Layer({ draw, width, height }: { draw: Draw; width: number; height: number }) {
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = element.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    return effect(() => {
      void themeRevision.value;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      draw(context, width, height);
    });
  }, [draw, width, height]);
  return <canvas ref={element} style={{ position: "absolute", inset: 0, width, height, maxWidth: "none" }} />;
}

/** The pointer within an element that handles its event. Pixels. */
export function pointIn(event: PointerEvent): { x: number; y: number } {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
