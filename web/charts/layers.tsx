import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { CSSProperties } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
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
  const [element, visible] = useVisible();
  return (
    <div ref={element} style={{ position: "relative", width, height, ...style }} {...handlers}>
      {layers.map((draw, index) => (
        <Layer key={index} draw={draw} visible={visible} width={width} height={height} />
      ))}
    </div>
  );
}

/** So far beyond the window's edge things count as visible, for them to be there when they are scrolled to. */
const MARGIN = "200px";

/** Whether an element is on the screen: what is not need not follow the pointer. */
function useVisible(): [{ current: HTMLDivElement | null }, ReadonlySignal<boolean>] {
  const element = useRef<HTMLDivElement>(null);
  const visible = useMemo(() => signal(false), []);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        visible.value = entries.at(-1)!.isIntersecting;
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, visible];
}

interface LayerProps {
  draw: Draw;
  visible: ReadonlySignal<boolean>;
  width: number;
  height: number;
}

function Layer({ draw, visible, width, height }: LayerProps) {
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = element.current;
    const context = canvas?.getContext("2d");
    if (!canvas || !context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    let drawn = false;
    return effect(() => {
      void themeRevision.value;
      // Once in any case: for printing, and for the first sight of it.
      if (!visible.value && drawn) return;
      drawn = true;
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
