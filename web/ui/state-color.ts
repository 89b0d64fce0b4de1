/** States of studies and hosts that look like one of a trial. */
const LIKE: Readonly<Record<string, string>> = {
  done: "completed",
  up: "completed",
  lost: "failed",
  draining: "pruned",
  stopping: "pruned",
};

/** The custom property of theme.css that a state is drawn in. */
export function stateVariable(state: string): string {
  return `--state-${LIKE[state] ?? state}`;
}

export function stateColor(state: string): string {
  return `var(${stateVariable(state)})`;
}
