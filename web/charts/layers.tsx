import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { CSSProperties } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { themeRevision } from "../app/theme.ts";
import { type Draw, sized } from "./canvas.ts";
import { followMarks, type Marks } from "./marks.ts";

export type Layer = Draw | Marks;

interface LayersProps {
  width: number;
  height: number;
  /** From the bottom. Each is drawn again when it changes, a signal that it reads, or the theme. */
  layers: readonly Layer[];
  style?: CSSProperties;
  onPointerDown?: (event: PointerEvent) => void;
  onPointerMove?: (event: PointerEvent) => void;
  onPointerUp?: (event: PointerEvent) => void;
  onPointerLeave?: (event: PointerEvent) => void;
}

/** Canvases on top of each other, so that what changes often does not redraw what seldom does; as few as will do. */
export function Layers({ width, height, layers, style, ...handlers }: LayersProps) {
  const [element, visible] = useVisible();
  return (
    <div ref={element} style={{ position: "relative", width, height, ...style }} {...handlers}>
      {layers.map((layer, index) => (
        <LayerCanvas key={index} layer={layer} visible={visible} width={width} height={height} />
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

interface LayerCanvasProps {
  layer: Layer;
  visible: ReadonlySignal<boolean>;
  width: number;
  height: number;
}

function LayerCanvas({ layer, visible, width, height }: LayerCanvasProps) {
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = element.current;
    if (!canvas || width === 0) return;
    const context = sized(canvas, width, height);
    if (context === null) return;
    if (typeof layer !== "function") return followMarks(context, { width, height }, layer, visible);
    let drawn = false;
    return effect(() => {
      void themeRevision.value;
      // Once in any case: for printing, and for the first sight of it.
      if (!visible.value && drawn) return;
      drawn = true;
      context.clearRect(0, 0, width, height);
      // The browser puts together what is visible for each frame, an empty canvas as well.
      canvas.style.visibility = layer(context, width, height) === false ? "hidden" : "visible";
    });
  }, [layer, width, height]);
  return <canvas ref={element} style={{ position: "absolute", inset: 0, width, height, maxWidth: "none" }} />;
}

/** The pointer within an element that handles its event. Pixels. */
export function pointIn(event: PointerEvent): { x: number; y: number } {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
