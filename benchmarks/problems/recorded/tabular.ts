import type { BenchmarkProblem } from "../problem.ts";
import { folderOf, readFloats, readJson } from "./files.ts";
import { rowMeans, type TableParameter, tableProblem } from "./table.ts";

/**
 * Complete tables of real trainings. A configuration's loss is its mean over the recorded seeds, so that these problems
 * have no noise and a known optimum.
 */

interface Description {
  space: TableParameter[];
}

const identity = (loss: number): number => loss;

/**
 * FCNet (Klein & Hutter 2019): two-layer networks on regression tasks, 62,208 configurations, 4 seeds, validation MSE
 * and training seconds. Scored by log10, because values span six decades.
 */
export function loadFcnet(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "fcnet");
  if (folder === null) return [];
  const { space } = readJson<Description>(folder, "meta.json");
  const tasks = { protein_structure: "dev", parkinsons_telemonitoring: "held-out" } as const;
  return Object.entries(tasks).map(([task, split]) =>
    tableProblem({
      family: "fcnet",
      task,
      split,
      parameters: space,
      read: () => ({
        losses: rowMeans(readFloats(folder, `${task}.valid_mse.f32.gz`), 4),
        seconds: rowMeans(readFloats(folder, `${task}.runtime.f32.gz`), 4),
      }),
      score: Math.log10,
    }),
  );
}

/** HPOBench's MLP (Eggensperger et al. 2021): 30,000 configurations, 5 seeds; loss is 1 - balanced accuracy. */
export function loadHpobenchMlp(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "hpobench_mlp");
  if (folder === null) return [];
  const { space } = readJson<Description>(folder, "meta.json");
  const tasks = {
    phoneme: "dev",
    blood_transfusion: "dev",
    australian: "held-out",
    car: "held-out",
    kc1: "held-out",
  } as const;
  return Object.entries(tasks).map(([task, split]) =>
    tableProblem({
      family: "hpobench_mlp",
      task,
      split,
      parameters: space,
      read: () => ({
        losses: rowMeans(readFloats(folder, `${task}.bal_acc.f32.gz`), 5).map((accuracy) => 1 - accuracy),
      }),
      score: identity,
    }),
  );
}

/** NAS-Bench-201 (Dong & Yang 2020): 15,625 cells of six choices; loss is the validation error in percent. */
export function loadNasbench201(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "nasbench201");
  if (folder === null) return [];
  const { space } = readJson<Description>(folder, "meta.json");
  const tasks = { cifar10: "dev", cifar100: "held-out" } as const;
  return Object.entries(tasks).map(([task, split]) =>
    tableProblem({
      family: "nasbench201",
      task,
      split,
      parameters: space,
      read: () => ({
        losses: rowMeans(readFloats(folder, `${task}.acc.f32.gz`), 3).map((accuracy) => 100 - accuracy),
      }),
      score: identity,
    }),
  );
}
