import { frontProblem } from "../fronts.ts";
import { hypervolume } from "../hypervolume.ts";
import type { BenchmarkProblem } from "../problem.ts";
import { lazy } from "../reference.ts";
import { folderOf, readJson } from "./files.ts";
import { declare, rowOf, type TableParameter } from "./table.ts";

/** Columns of one language pair: the parameters' values and the two metrics, a row a configuration. */
type Columns = Record<string, number[]>;
type Description = Record<string, { sequence: number[] }>;

interface Metrics {
  bleu: number;
  decoding_time: number;
}

const TASKS = { "so-en": "dev", "sw-en": "held-out", "tl-en": "held-out" } as const;

/**
 * Transformers that translate (Zhang & Duh 2020): 648 configurations a language pair, two losses: negative BLEU and
 * decoding seconds. Failed runs are recorded as 0 BLEU and 1,500 s, which is also the reference point.
 */
export function loadNmtBench(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "nmt_bench");
  if (folder === null) return [];
  const { _comment, ...described } = readJson<Description>(folder, "params.json");
  const parameters = Object.entries(described).map(([name, { sequence }]) => {
    return { name, type: "ordinal", values: sequence };
  });
  const space = { parameters: parameters.map(declare), constraints: [] };
  return Object.entries(TASKS).map(([task, split]) => {
    const rows = lazy(() => arrange(parameters, readJson<Columns>(folder, `${task}.json.gz`)));
    const failed = readJson<Metrics>(folder, `${task.replace("-", "_")}.refpoint.json`);
    const worst = [0 - failed.bleu, failed.decoding_time];
    return frontProblem({
      family: "nmt_bench",
      task,
      split,
      space,
      losses: (params) => rows()[rowOf(parameters, params)]!,
      worst,
      largest: () => hypervolume(rows(), worst),
    });
  });
}

/** The losses of each row in the order of `rowOf`. @throws RangeError when the table is not complete. */
function arrange(parameters: readonly TableParameter[], columns: Columns): number[][] {
  const count = columns.bleu!.length;
  const rows: number[][] = [];
  for (let i = 0; i < count; i++) {
    const params = Object.fromEntries(parameters.map(({ name }) => [name, columns[name]![i]!]));
    rows[rowOf(parameters, params)] = [-columns.bleu![i]!, columns.decoding_time![i]!];
  }
  if (Object.keys(rows).length !== count) throw new RangeError("The table has gaps.");
  return rows;
}
