import { FettleError } from "../../core/errors.ts";
import type { EarlyStopper } from "../../core/stopper.ts";
import { didYouMean } from "../../core/suggest-name.ts";
import { ashaStop } from "./asha-stop.ts";
import { curve } from "./curve.ts";
import { diverged } from "./diverged.ts";
import { median } from "./median.ts";
import { noImprovement } from "./no-improvement.ts";
import { percentile } from "./percentile.ts";
import { threshold } from "./threshold.ts";
import { wilcoxon } from "./wilcoxon.ts";

/** The registry of early stoppers: adding one is one file and one line here. */
export const stoppers: Readonly<Record<string, EarlyStopper>> = register([
  median,
  percentile,
  ashaStop,
  curve,
  threshold,
  noImprovement,
  diverged,
  wilcoxon,
]);

/** @throws FettleError "invalid-study" at /earlyStopping/name when there is none of that name. */
export function findStopper(name: string): EarlyStopper {
  if (Object.hasOwn(stoppers, name)) return stoppers[name]!;
  const message = `There is no early stopper "${name}".`;
  const names = Object.keys(stoppers);
  const hint = didYouMean(name, names) ?? `There are: ${names.join(", ")}.`;
  const field = { pointer: "/earlyStopping/name", code: "unknown-stopper", message, hint };
  throw new FettleError("invalid-study", message, { fields: [field], hint });
}

// biome-ignore lint/suspicious/noExplicitAny: each entry parses its own configuration before `judge` sees it.
function register(entries: readonly EarlyStopper<any>[]): Readonly<Record<string, EarlyStopper>> {
  return Object.fromEntries(entries.map((entry) => [entry.name, entry]));
}
