import { algorithms } from "../../algorithms/index.ts";
import { FettleError } from "../../core/errors.ts";
import type { Params } from "../../core/space.ts";
import { peerVersion } from "../peers/environment.ts";
import { type Peer, peers } from "../peers/index.ts";
import { type PeerProcess, startPeer, UnsupportedError } from "../peers/peer-process.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import type { Tuner } from "../simulation/simulate.ts";
import { createStudyTuner } from "../simulation/study-tuner.ts";
import { fingerprint } from "./fingerprint.ts";

/** What is compared: an algorithm of Fettle, with its settings behind its name as JSON, or a peer. */
export type Method =
  | { type: "own"; name: string; algorithm: string; config: Record<string, unknown> }
  | { type: "peer"; name: string; peer: Peer };

export interface MethodStudy {
  seed: number;
  trials: number;
  workers: number;
  start: readonly Params[];
}

export interface MeasuredTuner extends Tuner {
  readonly askSeconds: readonly number[];
  /** What the log says of each stand-in for a suggestion that failed. */
  readonly failures?: readonly string[];
}

/** `tpe`, `tpe{"multivariate":false}` or `optuna-tpe`. @throws Error naming what there is. */
export function parseMethod(name: string): Method {
  const [, plain, config] = /^([a-z0-9-]+)(\{.*\})?$/.exec(name) ?? [];
  if (plain !== undefined && Object.hasOwn(algorithms, plain)) {
    return { type: "own", name, algorithm: plain, config: config === undefined ? {} : JSON.parse(config) };
  }
  const peer = peers.find((known) => known.name === name);
  if (peer) return { type: "peer", name, peer };
  const known = [...Object.keys(algorithms), ...peers.map((each) => each.name)];
  throw new Error(`There is no method "${name}". There are: ${known.join(", ")}.`);
}

/** Commas within braces belong to a method's settings. */
export function splitMethods(text: string): string[] {
  return text
    .split(/,(?![^{]*\})/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Null when a peer is not installed. */
export function versionOfMethod(method: Method): string | null {
  if (method.type === "peer") return peerVersion(method.peer);
  return `${algorithms[method.algorithm]!.version}+${fingerprint(method.algorithm)}`;
}

/** Opens studies of any method; peers' processes stay warm, the one used last. */
export interface Bench {
  open(method: Method, problem: BenchmarkProblem, study: MethodStudy): Promise<MeasuredTuner>;
  /** Ends what still computes. */
  kill(): void;
}

export function createBench(): Bench {
  let warm: { peer: string; process: PeerProcess } | null = null;
  const kill = () => {
    warm?.process.kill();
    warm = null;
  };
  return {
    async open(method, problem, study) {
      if (method.type === "own") return openOwn(method, problem, study);
      if (warm?.peer !== method.name) {
        kill();
        warm = { peer: method.name, process: startPeer(method.peer) };
      }
      return warm.process.open(problem, study);
    },
    kill,
  };
}

function openOwn(
  method: Method & { type: "own" },
  problem: BenchmarkProblem,
  study: MethodStudy,
): MeasuredTuner {
  const algorithm = { name: method.algorithm, config: method.config };
  const tuner = createStudyTuner(problem, { ...study, algorithm });
  try {
    algorithms[method.algorithm]!.create(
      tuner.problem,
      algorithms[method.algorithm]!.config.parse(method.config),
    );
  } catch (error) {
    // As at submission: a study that is beyond the algorithm is refused, and that is no loss.
    if (error instanceof FettleError && error.code === "invalid-study")
      throw new UnsupportedError(error.message);
    throw error;
  }
  return tuner;
}
