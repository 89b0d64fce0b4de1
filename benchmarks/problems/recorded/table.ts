import type { Parameter, Params } from "../../../core/space.ts";
import { evaluationRng, simulatedSeconds } from "../chance.ts";
import { categorical, ordinal } from "../parameters.ts";
import type { BenchmarkProblem } from "../problem.ts";
import { expectedBest, lazy, REFERENCE_TRIALS } from "../reference.ts";

/** Complete tables: every configuration of a finite space was trained, and is looked up. */

/** A parameter as the tables' descriptions give it. */
export interface TableParameter {
  name: string;
  /** "categorical", or "ordinal-…" with ascending numbers. */
  type: string;
  values: string[] | number[];
}

export interface TableColumns {
  /** Loss of each row. */
  losses: ArrayLike<number>;
  /** Training time of each row; absent where none was recorded. */
  seconds?: ArrayLike<number>;
}

export interface TableOptions {
  family: string;
  task: string;
  split: BenchmarkProblem["split"];
  parameters: readonly TableParameter[];
  /** Called once, on first use. */
  read(): TableColumns;
  score(loss: number): number;
}

/** A row is its values' positions as digits of a mixed-radix number, the last parameter's the fastest. */
export function tableProblem(options: TableOptions): BenchmarkProblem {
  const { family, task, split, parameters, score } = options;
  const name = `${family}/${task}`;
  const columns = lazy(options.read);
  const scores = lazy(() => Float64Array.from(columns().losses, score));
  const best = lazy(() =>
    scores().reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  );
  const reference = lazy(() => expectedBest(scores(), REFERENCE_TRIALS));
  return {
    name,
    family,
    split,
    space: { parameters: parameters.map(declare), constraints: [] },
    objectives: 1,
    evaluate(params, repetition) {
      const { losses, seconds } = columns();
      const row = rowOf(parameters, params);
      return {
        losses: [losses[row]!],
        seconds: seconds?.[row] ?? simulatedSeconds(evaluationRng(name, params, repetition)),
      };
    },
    get best() {
      return best();
    },
    get reference() {
      return reference();
    },
    score,
  };
}

export function declare({ name, type, values }: TableParameter): Parameter {
  return type === "categorical" ? categorical(name, values) : ordinal(name, values as number[]);
}

/** @throws RangeError when a value is none of the table's. */
export function rowOf(parameters: readonly TableParameter[], params: Params): number {
  let row = 0;
  for (const { name, values } of parameters) {
    const digit = (values as unknown[]).indexOf(params[name]);
    if (digit < 0) throw new RangeError(`Parameter "${name}" is ${JSON.stringify(params[name])}.`);
    row = row * values.length + digit;
  }
  return row;
}

/** Mean of each row of `repetitions` values, those that were not recorded (NaN) left out. */
export function rowMeans(values: Float32Array, repetitions: number): Float64Array {
  const means = new Float64Array(values.length / repetitions);
  for (let row = 0; row < means.length; row++) {
    let sum = 0;
    let count = 0;
    for (let i = row * repetitions; i < (row + 1) * repetitions; i++) {
      if (Number.isNaN(values[i])) continue;
      sum += values[i]!;
      count++;
    }
    means[row] = sum / count;
  }
  return means;
}
