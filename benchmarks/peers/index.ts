/** A tuner that others built, driven by `driver.py` in a Python environment of its own. */
export interface Peer {
  name: string;
  /** Which environment it lives in; all but "main" pin versions that the others cannot live with. */
  environment: PeerEnvironment;
  /** What its results depend on, for the version in the records. */
  packages: readonly string[];
  /** How it was run, and how it deals with trials that are still running: said in the report. */
  note: string;
}

export type PeerEnvironment = "main" | "nevergrad" | "hebo" | "vizier" | "synetune";

const optuna = { environment: "main", packages: ["optuna"] } as const;

/** The registry of peers: adding one is one file beside this one, its line in driver.py, and one here. */
export const peers: readonly Peer[] = [
  {
    name: "optuna-tpe",
    ...optuna,
    note: "TPESampler, defaults (joint, constant liar for running trials).",
  },
  {
    name: "optuna-tpe-univariate",
    ...optuna,
    note: "TPESampler(multivariate=False).",
  },
  {
    name: "optuna-tpe-group",
    ...optuna,
    note: "TPESampler(multivariate=True, group=True): joint within each branch of a conditional space.",
  },
  {
    name: "optuna-gp",
    ...optuna,
    packages: ["optuna", "torch"],
    note: "GPSampler, defaults (10 random points; q-log-EI over running trials).",
  },
  {
    name: "optuna-gp-warped",
    ...optuna,
    packages: ["optuna", "torch"],
    note: "GPSampler whose targets are half-rank warped as in OSS Vizier before each fit. Not a default of Optuna.",
  },
  {
    name: "optuna-cmaes",
    ...optuna,
    packages: ["optuna", "cmaes"],
    note: "CmaEsSampler, with_margin=True where the space is discrete and flat; unordered choices are sampled at random.",
  },
  {
    name: "optuna-auto",
    ...optuna,
    packages: ["optuna", "torch", "cmaes"],
    note: "The rule of OptunaHub's AutoSampler (which is downloaded at run time), rebuilt from Optuna's own samplers.",
  },
  { name: "optuna-nsga2", ...optuna, note: "NSGAIISampler, defaults." },
  {
    name: "optuna-random",
    ...optuna,
    note: "RandomSampler: must agree with Fettle's random search up to chance.",
  },
  {
    name: "nevergrad",
    environment: "nevergrad",
    packages: ["nevergrad", "numpy"],
    note: "NGOpt, told the budget and the number of workers. Conditions flattened.",
  },
  {
    name: "smac",
    environment: "main",
    packages: ["smac"],
    note: "Hyperparameter optimisation facade (random forest), one seed a configuration. Native conditions.",
  },
  {
    name: "ax",
    environment: "main",
    packages: ["ax-platform", "botorch"],
    note: "Client with the default generation strategy. Conditions flattened; pending trials are known to it.",
  },
  {
    name: "hebo",
    environment: "hebo",
    packages: ["HEBO"],
    note: "Defaults. Conditions flattened; it keeps no account of running trials.",
  },
  {
    name: "vizier",
    environment: "vizier",
    packages: ["google-vizier", "jax"],
    note: "GP-UCB-PE designer, defaults; running trials are told as active. No conditional spaces.",
  },
];

/** @throws Error naming the known ones. */
export function findPeer(name: string): Peer {
  const peer = peers.find((known) => known.name === name);
  if (peer) return peer;
  throw new Error(`There is no peer "${name}". There are: ${peers.map((known) => known.name).join(", ")}.`);
}
