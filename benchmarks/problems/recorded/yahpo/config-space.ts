import type { Parameter } from "../../../../core/space.ts";
import { categorical, float, int, under } from "../../parameters.ts";

/** ConfigSpace's JSON form (its version 0.2), as far as YAHPO's files use it. */
export interface ConfigSpace {
  hyperparameters: readonly Hyperparameter[];
  conditions: readonly Condition[];
}

export type Hyperparameter =
  | { name: string; type: "categorical"; choices: string[] }
  | { name: string; type: "uniform_int" | "uniform_float"; log: boolean; lower: number; upper: number };

type Condition = Clause | { child: string; type: "AND"; conditions: Clause[] };

interface Clause {
  child: string;
  parent: string;
  type: "EQ" | "IN";
  value?: string;
  values?: string[];
}

/** The parameters but for those left out, in the file's order, each under the condition that it has. */
export function parametersOf(space: ConfigSpace, leftOut: readonly string[]): Parameter[] {
  return space.hyperparameters
    .filter(({ name }) => !leftOut.includes(name))
    .flatMap((hyperparameter) => {
      const parameter = declare(hyperparameter);
      const clause = nearestClause(space.conditions, hyperparameter.name);
      return clause ? under(clause.parent, clause.values ?? [clause.value!], [parameter]) : [parameter];
    });
}

function declare(hyperparameter: Hyperparameter): Parameter {
  if (hyperparameter.type === "categorical") return categorical(hyperparameter.name, hyperparameter.choices);
  const { name, type, lower, upper, log } = hyperparameter;
  return (type === "uniform_int" ? int : float)(name, lower, upper, log ? "log" : "linear");
}

/** Of an AND the clause on the parent that is conditional itself: that parent brings the other clause with it. */
function nearestClause(conditions: readonly Condition[], child: string): Clause | undefined {
  const condition = conditions.find((one) => one.child === child);
  if (condition?.type !== "AND") return condition;
  const isChild = (name: string) => conditions.some((one) => one.child === name);
  return condition.conditions.find(({ parent }) => isChild(parent));
}
