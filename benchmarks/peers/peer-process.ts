import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Params } from "../../core/space.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import type { Tuner } from "../simulation/simulate.ts";
import { driverOf } from "./environment.ts";
import type { Peer } from "./index.ts";

/** The peer cannot say this problem (conditions, several objectives, …): no loss, but no result either. */
export class UnsupportedError extends Error {}

/** The peer threw, or its process ended. */
export class PeerError extends Error {}

export interface PeerStudy {
  seed: number;
  trials: number;
  workers: number;
  start?: readonly Params[];
}

export interface PeerTuner extends Tuner {
  /** Real seconds of each suggestion, with what the peer did when it was told the results before. */
  readonly askSeconds: readonly number[];
}

/** A Python process that keeps its imports warm and runs one study of its peer after the other. */
export interface PeerProcess {
  open(problem: BenchmarkProblem, study: PeerStudy): Promise<PeerTuner>;
  /** Ends the process at once, whatever it computes. */
  kill(): void;
}

export interface PeerReply {
  id?: number | null;
  params?: Params;
  stop?: boolean;
  seconds?: number;
  unsupported?: string;
  error?: string;
}

/** One question to a peer's process; driver.py says what there is to ask. */
export type PeerRequest = (message: Record<string, unknown>) => Promise<PeerReply>;

/** `command`: what runs the driver. @throws Error when the peer's environment is not set up. */
export function connectPeer(peer: Peer, command = driverOf(peer)): { request: PeerRequest; kill(): void } {
  if (command === null)
    throw new Error(`${peer.name} is not set up: run \`npm run bench:peers -- --setup\`.`);
  const child = spawn(command.file, command.args, { stdio: "pipe" });
  return { request: requester(child, peer.name), kill: () => child.kill("SIGKILL") };
}

/** The same, asked and told whole trainings. */
export function startPeer(peer: Peer, command = driverOf(peer)): PeerProcess {
  const { request, kill } = connectPeer(peer, command);
  return {
    async open(problem, study) {
      await request({
        op: "init",
        peer: peer.name,
        space: problem.space,
        objectives: problem.objectives,
        seed: study.seed,
        budget: study.trials,
        workers: study.workers,
      });
      for (const params of study.start ?? []) await request({ op: "enqueue", params });
      return createTuner(request);
    },
    kill,
  };
}

function createTuner(request: PeerRequest): PeerTuner {
  const askSeconds: number[] = [];
  let toldSeconds = 0;
  return {
    askSeconds,
    async ask() {
      const { id, params, seconds } = await request({ op: "ask" });
      if (id === null || id === undefined) return null;
      askSeconds.push((seconds ?? 0) + toldSeconds);
      toldSeconds = 0;
      return { id, params: params as Params };
    },
    async tell(id, losses) {
      const { seconds } = await request({ op: "tell", id, losses });
      toldSeconds += seconds ?? 0;
    },
  };
}

/** One question at a time: a line out, a line back. */
function requester(child: ChildProcessWithoutNullStreams, name: string): PeerRequest {
  let waiting: { resolve(line: string): void; reject(error: Error): void } | null = null;
  let complaint = "";
  let ended: Error | null = null;
  createInterface({ input: child.stdout }).on("line", (line) => {
    waiting?.resolve(line);
    waiting = null;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  // A write to a process that is gone is told by its exit.
  child.stdin.on("error", () => undefined);
  const end = (text: string) => {
    ended = new PeerError(`${name}: ${text} ${complaint.trim()}`.trim());
    waiting?.reject(ended);
    waiting = null;
  };
  child.on("error", (error) => end(error.message));
  child.on("close", (code, signal) => end(`its process ended (${signal ?? code}).`));

  return async (message) => {
    if (ended !== null) throw ended;
    const line = await new Promise<string>((resolve, reject) => {
      waiting = { resolve, reject };
      child.stdin.write(`${JSON.stringify(message)}\n`);
    });
    const reply: PeerReply = JSON.parse(line);
    if (reply.unsupported !== undefined) throw new UnsupportedError(reply.unsupported);
    if (reply.error !== undefined) throw new PeerError(reply.error);
    return reply;
  };
}
