import { messageOf } from "../../core/errors.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import { simulate } from "../simulation/simulate.ts";
import { driverOf } from "./environment.ts";
import type { Peer } from "./index.ts";
import { startPeer, UnsupportedError } from "./peer-process.ts";

/** One parameter of each kind; the last exists only under "sgd". */
const everything: BenchmarkProblem = {
  name: "check/everything",
  family: "check",
  split: "dev",
  space: {
    parameters: [
      { name: "x", type: "float", low: 0, high: 1, scale: "linear" },
      { name: "rate", type: "float", low: 1e-5, high: 1, scale: "log" },
      { name: "decay", type: "float", low: 0.001, high: 1, scale: "reverse-log" },
      { name: "width", type: "int", low: 1, high: 64, scale: "log" },
      { name: "batch", type: "ordinal", values: [8, 16, 64] },
      { name: "optimizer", type: "categorical", choices: ["adam", "sgd"] },
      { name: "epochs", type: "fixed", value: 3 },
    ],
    constraints: [],
  },
  objectives: 1,
  evaluate: ({ x, rate }) => ({
    losses: [((x as number) - 0.3) ** 2 + Math.log10(rate as number) ** 2],
    seconds: 1,
  }),
  best: 0,
  reference: 1,
  score: (loss) => loss,
};

const conditional: BenchmarkProblem = {
  ...everything,
  name: "check/conditional",
  space: {
    ...everything.space,
    parameters: [
      ...everything.space.parameters,
      {
        name: "momentum",
        type: "float",
        low: 0,
        high: 0.9,
        step: 0.3,
        scale: "linear",
        when: { parameter: "optimizer", in: ["sgd"] },
      },
    ],
  },
};

/** Past every peer's initial design, so that its model is used. */
const TRIALS = 16;

export interface Check {
  peer: string;
  /** "works", "works, without conditions", or what went wrong. */
  result: string;
  works: boolean;
}

/** Runs a few trials of a peer on a small space of all kinds of parameters. */
export async function checkPeer(peer: Peer): Promise<Check> {
  if (driverOf(peer) === null)
    return { peer: peer.name, result: `no environment "${peer.environment}"`, works: false };
  const process = startPeer(peer);
  const run = async (problem: BenchmarkProblem) => {
    const study = { seed: 1, trials: TRIALS, workers: 2 };
    return simulate(problem, await process.open(problem, study), study);
  };
  try {
    const { trials } = await run(everything);
    if (trials.length !== TRIALS) return { peer: peer.name, result: `${trials.length} trials`, works: false };
    try {
      await run(conditional);
    } catch (error) {
      if (error instanceof UnsupportedError)
        return { peer: peer.name, result: "works, without conditions", works: true };
      throw error;
    }
    return { peer: peer.name, result: "works", works: true };
  } catch (error) {
    return { peer: peer.name, result: messageOf(error), works: false };
  } finally {
    process.kill();
  }
}
