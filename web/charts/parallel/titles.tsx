import { useRef, useState } from "preact/hooks";
import type { TrialAxis } from "../trial-axis.ts";

interface TitlesProps {
  axes: readonly TrialAxis[];
  x: readonly number[];
  /** Moves an axis to another place. */
  onMove: (from: number, to: number) => void;
  onFlip: (key: string) => void;
}

/** So far a press may wander and still be a click. Pixels. */
const CLICK = 4;

/** The axes' names as buttons: drag or Shift + arrow moves the axis, a click changes between log and linear. */
export function Titles({ axes, x, onMove, onFlip }: TitlesProps) {
  const [drag, setDrag] = useState<{ index: number; by: number } | null>(null);
  const start = useRef(0);
  const moved = useRef(false);
  const spacing = x.length > 1 ? x[1]! - x[0]! : 120;

  const down = (index: number) => (event: PointerEvent) => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    start.current = event.clientX;
    moved.current = false;
    setDrag({ index, by: 0 });
  };
  const move = (event: PointerEvent) => {
    if (drag === null) return;
    const by = event.clientX - start.current;
    if (Math.abs(by) > CLICK) moved.current = true;
    setDrag({ ...drag, by });
  };
  const up = () => {
    if (drag === null) return;
    setDrag(null);
    if (moved.current) onMove(drag.index, within(drag.index + Math.round(drag.by / spacing), axes.length));
  };
  const click = (axis: TrialAxis) => {
    if (!moved.current && axis.canLog) onFlip(axis.key);
    moved.current = false;
  };
  const key = (index: number) => (event: KeyboardEvent) => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0 || !event.shiftKey) return;
    event.preventDefault();
    onMove(index, within(index + step, axes.length));
  };

  return (
    <>
      {axes.map((axis, index) => (
        <button
          key={axis.key}
          type="button"
          class="clip small"
          title={`${axis.label}: ${scaleName(axis)}. ${axis.canLog ? "Click: log or linear. " : ""}Drag, or Shift and an arrow: move.`}
          style={{
            position: "absolute",
            top: 0,
            left: x[index]! - spacing / 2 + 2 + (drag?.index === index ? drag.by : 0),
            width: spacing - 4,
            maxWidth: "none",
            display: "block",
            padding: "0 2px",
            border: 0,
            background: drag?.index === index ? "var(--accent-soft)" : "none",
            textAlign: "center",
            fontWeight: 600,
            touchAction: "none",
            cursor: "grab",
            zIndex: drag?.index === index ? 2 : 1,
          }}
          onPointerDown={down(index)}
          onPointerMove={move}
          onPointerUp={up}
          onClick={() => click(axis)}
          onKeyDown={key(index)}
        >
          {axis.label}
          {axis.scale.log ? <span class="muted"> log</span> : null}
        </button>
      ))}
    </>
  );
}

export function scaleName({ choices, scale }: TrialAxis): string {
  return choices !== null ? "choices" : scale.log ? "log scale" : "linear scale";
}

function within(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
