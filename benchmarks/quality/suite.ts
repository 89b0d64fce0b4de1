/**
 * The problems that are compared when none are named: some of each family, tuned on and held out alike, chosen for what
 * they are and not for how anyone does on them. Every further one would cost each method twenty studies; any may be
 * named by `--problems`.
 */
const SUITE = [
  ...of("synthetic", "branin", "hartmann_6", "levy_4", "hartmann_6_noisy", "hartmann_6_of_20"),
  ...of("synthetic", "hpo_mixed_6", "categorical_pairs", "jenatton_tree", "pipeline"),
  ...of("bbob", "f3_d5_i1", "f8_d5_i1", "f15_d5_i1", "f20_d5_i1"),
  ...of("fcnet", "protein_structure", "parkinsons_telemonitoring"),
  ...of("hpobench_mlp", "phoneme", "kc1"),
  ...of("nasbench201", "cifar10", "cifar100"),
  ...of("yahpo", "lcbench_167168", "lcbench_189906", "rbv2_xgboost_16", "rbv2_xgboost_1501"),
  ...of("yahpo", "rbv2_super_prev1_1053"),
  ...of("lcbench", "vehicle", "segment"),
  ...of("ax_hss", "mnist", "cifar10"),
  ...of("live", "digits", "boosting"),
  ...of("fronts", "zdt1_8", "dtlz2_7_of_3", "error_and_cost"),
  ...of("nmt_bench", "so-en", "sw-en"),
];
const known = new Set(SUITE);

export function inSuite(problem: string): boolean {
  return known.has(problem);
}

function of(family: string, ...tasks: string[]): string[] {
  return tasks.map((task) => `${family}/${task}`);
}

/** `*` stands for anything, within a name or across. */
export function globPattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
}
