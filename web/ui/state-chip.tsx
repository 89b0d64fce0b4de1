import type { ComponentChildren } from "preact";
import { color } from "../app/theme.ts";
import { stateColor, stateVariable } from "./state-color.ts";

/** A state with a shape of its own beside its colour, and its reason on hover or focus. */

const SHAPES: Readonly<Record<string, string>> = {
  running: "▶",
  queued: "◌",
  paused: "❚❚",
  completed: "●",
  pruned: "✂",
  failed: "✕",
  infeasible: "⊘",
  cancelled: "◼",
  stopping: "◧",
  done: "✓",
  up: "●",
  draining: "◧",
  lost: "✕",
};

export interface StateChipProps {
  state: string;
  /** Why it is so. */
  reason?: string | undefined;
  children?: ComponentChildren;
}

export function StateChip({ state, reason, children }: StateChipProps) {
  return (
    <span class="chip" style={{ color: stateColor(state) }} title={reason}>
      <span aria-hidden="true">{SHAPES[state] ?? "●"}</span>
      {state}
      {children}
    </span>
  );
}

/** For canvases. */
export function stateColorValue(state: string): string {
  return color(stateVariable(state));
}
