import type { Algorithm } from "../core/algorithm.ts";
import { FettleError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest-name.ts";
import { refuseUnsupported } from "./capabilities.ts";
import { grid } from "./grid.ts";
import { random } from "./random.ts";
import { sobol } from "./sobol.ts";

/** The registry of search algorithms: adding one is one file and one line here. */
export const algorithms: Readonly<Record<string, Algorithm>> = register([random, grid, sobol]);

/** @throws FettleError "invalid-study" at /algorithm/name when there is none of that name. */
export function findAlgorithm(name: string): Algorithm {
  if (Object.hasOwn(algorithms, name)) return algorithms[name]!;
  const message = `There is no algorithm "${name}".`;
  const names = Object.keys(algorithms);
  const hint = didYouMean(name, names) ?? `There are: ${names.join(", ")}.`;
  const field = { pointer: "/algorithm/name", code: "unknown-algorithm", message, hint };
  throw new FettleError("invalid-study", message, { fields: [field], hint });
}

// biome-ignore lint/suspicious/noExplicitAny: each entry parses its own configuration before `create` sees it.
function register(entries: readonly Algorithm<any>[]): Readonly<Record<string, Algorithm>> {
  return Object.fromEntries(entries.map((entry) => [entry.name, refuseUnsupported(entry)]));
}
