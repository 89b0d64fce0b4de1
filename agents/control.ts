/** What an agent is about. Each later one overrules those before it, and there is no way back. */
export const AGENT_MODES = ["serving", "draining", "stopping", "superseded"] as const;
export type AgentMode = (typeof AGENT_MODES)[number];

/** The mode of one agent: asked by every loop, changed by its owner (drain, stop) or by the server (superseded). */
export interface Control {
  mode(): AgentMode;
  /** Moves on to `mode`; a step back is ignored. */
  advance(mode: AgentMode): void;
  /** Aborts with the first step away from serving. */
  readonly ending: AbortSignal;
  /** Called after each step. */
  onChange(listener: (mode: AgentMode) => void): void;
}

export function createControl(): Control {
  const ending = new AbortController();
  const listeners: ((mode: AgentMode) => void)[] = [];
  let current: AgentMode = "serving";
  return {
    mode: () => current,
    advance(mode) {
      if (AGENT_MODES.indexOf(mode) <= AGENT_MODES.indexOf(current)) return;
      current = mode;
      ending.abort();
      for (const listener of listeners) listener(mode);
    },
    ending: ending.signal,
    onChange: (listener) => void listeners.push(listener),
  };
}
