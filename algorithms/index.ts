import type { Algorithm } from "../core/algorithm.ts";
import { FettleError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest-name.ts";
import { auto } from "./auto/index.ts";
import { refuseUnsupported } from "./capabilities.ts";
import { cmaes } from "./cmaes/index.ts";
import { de } from "./de.ts";
import { gp } from "./gp/index.ts";
import { grid } from "./grid.ts";
import { nsga2 } from "./nsga2.ts";
import { nsga3 } from "./nsga3.ts";
import { random } from "./random.ts";
import { rf } from "./rf/index.ts";
import { sobol } from "./sobol.ts";
import { tpe } from "./tpe/index.ts";
import { turbo } from "./turbo/index.ts";

/** The registry of search algorithms: adding one is one file and one line here. */
export const algorithms: Readonly<Record<string, Algorithm>> = register([
  auto,
  random,
  grid,
  sobol,
  gp,
  tpe,
  rf,
  cmaes,
  turbo,
  nsga2,
  nsga3,
  de,
]);

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
