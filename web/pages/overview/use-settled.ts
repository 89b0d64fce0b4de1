import { useRef } from "preact/hooks";
import type { TrialResource } from "../../../core/resources.ts";

/**
 * Rows that do not move while they are `held` (the pointer is over them): values are renewed in place, and what came since
 * is counted. A new `version` (other rows were asked for) is shown at once.
 */
export function useSettled(
  rows: readonly TrialResource[],
  held: boolean,
  version: string,
): { rows: readonly TrialResource[]; waiting: number } {
  const shown = useRef({ rows, version });
  if (!held || shown.current.version !== version) shown.current = { rows, version };
  if (shown.current.rows === rows) return { rows, waiting: 0 };
  const fresh = new Map(rows.map((trial) => [trial.number, trial]));
  const known = new Set(shown.current.rows.map(({ number }) => number));
  return {
    rows: shown.current.rows.map((trial) => fresh.get(trial.number) ?? trial),
    waiting: rows.filter(({ number }) => !known.has(number)).length,
  };
}
