import type { ImportanceResource } from "../../../core/resources.ts";
import { query, setQuery } from "../../app/router.ts";
import type { TrialAxis } from "../../charts/trial-axis.ts";

/** More axes side by side cannot be read. */
const MOST_PARAMETERS = 8;

export interface AxisOrder {
  shown: TrialAxis[];
  hidden: TrialAxis[];
}

/**
 * The axes to show: as the address says (`axes=lr,dropout,@0`), else the parameters in the order of the study, of very many
 * the most important ones, and the objectives.
 */
export function shownAxes(axes: readonly TrialAxis[], importance: ImportanceResource | null): AxisOrder {
  const keys = query.value.get("axes")?.split(",") ?? defaultKeys(axes, importance);
  const shown = keys.flatMap((key) => axes.find((axis) => axis.key === key) ?? []);
  return { shown, hidden: axes.filter((axis) => !shown.includes(axis)) };
}

export function writeOrder(keys: readonly string[]): void {
  setQuery({ axes: keys.join(",") }, true);
}

function defaultKeys(axes: readonly TrialAxis[], importance: ImportanceResource | null): string[] {
  const parameters = axes.filter(({ key }) => !key.startsWith("@")).map(({ key }) => key);
  const objectives = axes.filter(({ key }) => key.startsWith("@")).map(({ key }) => key);
  if (parameters.length <= MOST_PARAMETERS) return [...parameters, ...objectives];
  const ranked = importance?.parameters.map(({ name }) => name) ?? parameters;
  const wanted = new Set(ranked.slice(0, MOST_PARAMETERS));
  return [...parameters.filter((key) => wanted.has(key)), ...objectives];
}
