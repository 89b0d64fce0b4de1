import { rungsOf } from "../../core/fidelity.ts";
import { peerVersion } from "../peers/environment.ts";
import { connectPeer } from "../peers/peer-process.ts";
import { fingerprint } from "../quality/fingerprint.ts";
import { type FidelityPeer, fidelityPeers, openPeerTuner } from "./peers.ts";
import type { CurveProblem } from "./problems/problem.ts";
import { createStudyTuner, ETA, type StudyChoice, specOf } from "./study-tuner.ts";
import type { FidelityTuner, Listens } from "./tuner.ts";

/** What is compared: a sampler with a schedule or an early stopper of Fettle, or a peer. */
export type Method =
  | { type: "own"; name: string; choice: StudyChoice; listens(problem: CurveProblem): Listens }
  | { type: "peer"; name: string; peer: FidelityPeer };

export interface StudySize {
  workers: number;
  seed: number;
  /** Trials that could be trained in the time at the very most: what peers with a budget of trials are told. */
  trials: number;
}

const budgets = (): Listens => "budgets";
const steps = (): Listens => "steps";
const rungs = ({ min, max }: CurveProblem): Listens => rungsOf({ min, max, eta: ETA });

function own(name: string, choice: StudyChoice, listens: (problem: CurveProblem) => Listens): Method {
  return { type: "own", name, choice, listens };
}

/** A schedule that pauses and promotes, with a sampler. */
function paused(schedule: string, algorithm: string): Method {
  return own(`${schedule}-${algorithm}`, { algorithm, schedule: { name: schedule } }, budgets);
}

/** Adding a method of ours is one line here. */
export const methods: readonly Method[] = [
  own("random", { algorithm: "random" }, budgets),
  ...["random", "tpe", "gp"].map((algorithm) => paused("asha", algorithm)),
  ...["random", "tpe", "gp"].map((algorithm) => paused("hyperband", algorithm)),
  ...["random", "tpe"].map((algorithm) =>
    own(`asha-stop-${algorithm}`, { algorithm, schedule: { name: "asha", config: { mode: "stop" } } }, rungs),
  ),
  paused("successive-halving", "random"),
  ...["random", "tpe"].map((algorithm) => paused("pasha", algorithm)),
  own("median-random", { algorithm: "random", stopping: { name: "median" } }, steps),
  own("curve-random", { algorithm: "random", stopping: { name: "curve" } }, steps),
  ...fidelityPeers.map((peer): Method => ({ type: "peer", name: peer.name, peer })),
];

/** @throws Error naming the known ones. */
export function findMethod(name: string): Method {
  const method = methods.find((known) => known.name === name);
  if (method) return method;
  throw new Error(
    `There is no method "${name}". There are: ${methods.map((known) => known.name).join(", ")}.`,
  );
}

/** Of the code that it is made of, or the peer's packages; null when a peer is not installed. */
export function versionOf(method: Method): string | null {
  if (method.type === "peer") return peerVersion(method.peer);
  const { algorithm, schedule, stopping } = method.choice;
  const stopper = stopping?.name ?? (schedule?.config?.mode === "stop" ? "asha-stop" : undefined);
  const parts = [algorithm, schedule && `fidelity/${schedule.name}`, stopper && `stopping/${stopper}`];
  return parts.flatMap((part) => (part === undefined ? [] : [codeVersion(part)])).join("+");
}

// Each is wanted by several methods, and reads many files.
const fingerprints = new Map<string, string>();

/** Of everything that an algorithm, "fidelity/asha" or "stopping/median" is made of. */
export function codeVersion(part: string): string {
  const known = fingerprints.get(part) ?? fingerprint(part);
  fingerprints.set(part, known);
  return known;
}

/** Opens studies of any method; the process of the peer used last stays warm. */
export interface Bench {
  open(method: Method, problem: CurveProblem, size: StudySize): Promise<FidelityTuner>;
  close(): void;
}

export function createBench(): Bench {
  let warm: { peer: string; process: ReturnType<typeof connectPeer> } | null = null;
  const close = () => {
    warm?.process.kill();
    warm = null;
  };
  return {
    async open(method, problem, size) {
      if (method.type === "own") {
        const { workers, seed } = size;
        const spec = specOf(problem, method.choice, { workers, seed });
        return createStudyTuner(problem, spec, method.listens(problem));
      }
      if (warm?.peer !== method.name) {
        close();
        warm = { peer: method.name, process: connectPeer(method.peer) };
      }
      return openPeerTuner(warm.process.request, method.peer, problem, size);
    },
    close,
  };
}
