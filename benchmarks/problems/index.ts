import { loadBbob } from "./bbob/index.ts";
import { loadLive } from "./live/index.ts";
import type { BenchmarkProblem } from "./problem.ts";
import { loadAxHss } from "./recorded/ax-hss.ts";
import { loadLcbench } from "./recorded/lcbench.ts";
import { loadNmtBench } from "./recorded/nmt.ts";
import { loadFcnet, loadHpobenchMlp, loadNasbench201 } from "./recorded/tabular.ts";
import { loadYahpo } from "./recorded/yahpo/index.ts";
import { loadFronts } from "./synthetic/fronts.ts";
import { loadSynthetic } from "./synthetic/index.ts";

/** Problems of one family. `data`: the directory of recorded results, null where there is none. */
export interface Family {
  name: string;
  /** Folder below the data directory that it reads, null where it computes everything. */
  needs: string | null;
  /** Loaded only when asked for: some read megabytes. Empty when `needs` is missing. */
  load(data: string | null): BenchmarkProblem[];
}

/** The registry of benchmark problems: adding a family is one file and one line here. */
export const families: readonly Family[] = [
  { name: "synthetic", needs: null, load: loadSynthetic },
  { name: "fcnet", needs: "fcnet", load: loadFcnet },
  { name: "hpobench_mlp", needs: "hpobench_mlp", load: loadHpobenchMlp },
  { name: "nasbench201", needs: "nasbench201", load: loadNasbench201 },
  { name: "bbob", needs: null, load: loadBbob },
  { name: "fronts", needs: null, load: loadFronts },
  { name: "nmt_bench", needs: "nmt_bench", load: loadNmtBench },
  { name: "yahpo", needs: "yahpo", load: loadYahpo },
  { name: "lcbench", needs: "lcbench", load: loadLcbench },
  { name: "ax_hss", needs: "ax_hss", load: loadAxHss },
  { name: "live", needs: null, load: loadLive },
];

/** The problems of the named families, or of all, in the registry's order. @throws Error naming an unknown family. */
export function loadFamilies(names: readonly string[] | "all", data: string | null): BenchmarkProblem[] {
  const known = families.map((family) => family.name);
  const unknown = names === "all" ? [] : names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No family ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  return families.flatMap((family) =>
    names === "all" || names.includes(family.name) ? family.load(data) : [],
  );
}

/** A problem by its full name, "family/task". @throws Error when there is none, or its data is missing. */
export function findProblem(name: string, data: string | null): BenchmarkProblem {
  const family = name.split("/")[0]!;
  const found = loadFamilies([family], data).find((problem) => problem.name === name);
  if (!found) throw new Error(`No problem "${name}"${data === null ? " without a data directory" : ""}.`);
  return found;
}
