import { rungsOf } from "../../core/fidelity.ts";
import type { Params } from "../../core/space.ts";
import type { Peer } from "../peers/index.ts";
import type { PeerRequest } from "../peers/peer-process.ts";
import type { CurveProblem } from "./problems/problem.ts";
import { createStudyTuner, ETA, specOf } from "./study-tuner.ts";
import type { FidelityTuner, Job, Listens } from "./tuner.ts";

/** Others' ways to end trainings early, with the same least budget, largest budget and reduction factor as ours. */
export interface FidelityPeer extends Peer {
  /** `given`: random search, with the very points that ours draws, so that chance is the same for both. */
  sampler: "given" | "own";
  listens(problem: CurveProblem): Listens;
}

const optuna = { environment: "main", packages: ["optuna"] } as const;
const syneTune = { environment: "synetune", packages: ["syne-tune"] } as const;
const STOPS = "what is stopped never comes back";

const optunaPeers = (["random", "tpe"] as const).flatMap((sampler): FidelityPeer[] => {
  const points = sampler === "random" ? ({ sampler: "given" } as const) : ({ sampler: "own" } as const);
  const words = sampler === "random" ? "our random points" : "its TPE";
  return [
    {
      ...{ name: `optuna-asha-${sampler}`, ...optuna, ...points, listens: powers },
      note: `SuccessiveHalvingPruner with ${words}; ${STOPS}.`,
    },
    {
      ...{ name: `optuna-hyperband-${sampler}`, ...optuna, ...points, listens: powers },
      note: `HyperbandPruner with ${words}; ${STOPS}.`,
    },
    {
      ...{ name: `optuna-median-${sampler}`, ...optuna, ...points, listens: () => "steps" },
      note: `MedianPruner with ${words}; ${STOPS}.`,
    },
  ];
});

const syneTunePeers: readonly FidelityPeer[] = [
  {
    ...{ name: "synetune-asha", ...syneTune, sampler: "given", listens: powers },
    note: `ASHA with our random points; the stopping variant, which is all that this release has: ${STOPS}.`,
  },
  {
    ...{ name: "synetune-bohb", ...syneTune, sampler: "own", listens: powers },
    note: "BOHB: its ASHA with kernel densities.",
  },
];

/** The registry: adding one is its line here and one in driver.py. */
export const fidelityPeers: readonly FidelityPeer[] = [...optunaPeers, ...syneTunePeers];

/** The budget that comparisons begin with: the peers' least, so that everyone compares as early. */
function lowestRung({ min, max }: CurveProblem): number {
  return rungsOf({ min, max, eta: ETA })[0]!;
}

/** The rungs of those who count them from the least budget upwards. */
function powers(problem: CurveProblem): number[] {
  const rungs: number[] = [];
  for (let rung = lowestRung(problem); rung < problem.max; rung *= ETA) rungs.push(rung);
  return rungs;
}

/** A study of a peer whose process answers `request`. */
export async function openPeerTuner(
  request: PeerRequest,
  peer: FidelityPeer,
  problem: CurveProblem,
  { workers, seed, trials }: { workers: number; seed: number; trials: number },
): Promise<FidelityTuner> {
  const { max } = problem;
  await request({
    ...{ op: "init", peer: peer.name, space: problem.space, objectives: 1 },
    ...{ seed, budget: trials, workers, fidelity: { min: lowestRung(problem), max, eta: ETA } },
  });
  const points = peer.sampler === "given" ? await randomPoints(problem, seed, trials) : null;
  const decisionSeconds: number[] = [];
  return {
    listens: peer.listens(problem),
    clock: 0,
    ended: false,
    decisionSeconds,
    async ask(): Promise<Job | null> {
      const given = points?.shift();
      const { id, params, seconds } = await request({ op: "ask", ...(given && { params: given }) });
      decisionSeconds.push(seconds ?? 0);
      if (id === null || id === undefined) return null;
      return { trial: id, attempt: 1, params: params as Params, budget: max };
    },
    async report({ trial }, step, loss) {
      const told = Number.isFinite(loss) ? loss : null;
      const { stop } = await request({ op: "report", id: trial, step, loss: told });
      return stop === true;
    },
    async end({ trial }, outcome) {
      await request({ op: "end", id: trial, outcome });
    },
  };
}

/** The points that our random search draws with this seed, whatever its schedule. */
async function randomPoints(problem: CurveProblem, seed: number, count: number): Promise<Params[]> {
  const spec = specOf(problem, { algorithm: "random" }, { seed, workers: count });
  const search = createStudyTuner(problem, spec, "budgets");
  const points: Params[] = [];
  for (let job = await search.ask(); job !== null; job = await search.ask()) points.push(job.params);
  return points;
}
