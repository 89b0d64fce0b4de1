import { query, querySet, setQuery } from "../../app/router.ts";
import type { Shown } from "./at-step.ts";

/** What the address says of a comparison of trials. */
export interface CompareQuery {
  /** The base first. */
  trials: readonly number[];
  base: number | null;
  show: Shown;
  /** Null: the last step that all have reached. */
  at: number | null;
  /** The metric whose curves are drawn; null: the first objective. */
  metric: string | null;
  hideEqual: boolean;
}

export const SHOWN = [
  { value: "last", label: "Last" },
  { value: "min", label: "Lowest" },
  { value: "max", label: "Highest" },
  { value: "step", label: "At equal step" },
] as const;

/** More columns than a screen holds. */
const MOST_TRIALS = 12;

export function compareQuery(): CompareQuery {
  const listed = [...querySet("sel")].filter((word) => /^\d{1,9}$/.test(word)).map(Number);
  const wanted = Number(query.value.get("base") ?? Number.NaN);
  const base = listed.includes(wanted) ? wanted : (listed[0] ?? null);
  const at = query.value.get("at");
  const trials = base === null ? [] : [base, ...listed.filter((number) => number !== base)];
  return {
    trials: trials.slice(0, MOST_TRIALS),
    base,
    show: SHOWN.find(({ value }) => value === query.value.get("show"))?.value ?? "last",
    at: at !== null && Number.isFinite(Number(at)) ? Number(at) : null,
    metric: query.value.get("metric"),
    hideEqual: query.value.get("hide") === "1",
  };
}

export function removeTrial(number: number): void {
  const left = [...querySet("sel")].filter((word) => word !== String(number));
  setQuery({ sel: left.join(",") }, true);
}
