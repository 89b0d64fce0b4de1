import type { ComponentChildren } from "preact";
import { type Extent, movedSteps, type Steps, scaledSteps } from "./steps.ts";

interface ZoomKeysProps {
  /** What is shown in it. */
  name: string;
  steps: Steps | null;
  all: Extent;
  onSteps: (steps: Steps | null) => void;
  children: ComponentChildren;
}

/** Halves what is shown, or doubles it. */
const FACTOR = 2;
/** Of the width, at an arrow key. */
const SHARE = 0.25;

/** A chart that can be reached by keyboard and zoomed: + and −, the arrows, 0 for all of it. */
export function ZoomKeys({ name, steps, all, onSteps, children }: ZoomKeysProps) {
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = stepsAfter(event.key, steps, all);
    if (next === undefined) return;
    event.preventDefault();
    // The page's own shortcuts are not meant.
    event.stopPropagation();
    onSteps(next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be for fields.
    <div
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what answers to keys must be reachable by keyboard.
      tabIndex={0}
      aria-label={`${name}: + and − zoom, arrows move, 0 shows the whole curve`}
      onKeyDown={pressed}
    >
      {children}
    </div>
  );
}

/** Undefined: the key means nothing here. */
function stepsAfter(key: string, steps: Steps | null, all: Extent): Steps | null | undefined {
  if (key === "+" || key === "=") return scaledSteps(steps, all, 1 / FACTOR);
  if (key === "-") return scaledSteps(steps, all, FACTOR);
  if (key === "ArrowLeft") return movedSteps(steps, all, -SHARE);
  if (key === "ArrowRight") return movedSteps(steps, all, SHARE);
  return key === "0" ? null : undefined;
}
