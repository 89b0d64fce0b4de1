import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../../core/errors.ts";
import type { AttemptPaths, Execution, ExecutionResult, ExecutorInput } from "../../core/executor.ts";
import { fromWire } from "../../core/number.ts";
import { classifyExit } from "./exit.ts";
import { forgetTree } from "./leftovers.ts";
import { startTimer } from "./long-timer.ts";
import type { OutputPipe } from "./output-pipe.ts";
import { outOfMemoryKills } from "./proc.ts";
import { killTree, type ProcessTree, survivors, terminateTree } from "./process-tree.ts";
import { readResultFile } from "./result-file.ts";

/** An attempt whose main process runs. */
export interface Running {
  input: ExecutorInput;
  paths: AttemptPaths;
  startedMs: number;
  child: ChildProcess;
  tree: ProcessTree;
  output: OutputPipe;
  /** The host's count before the start; null where it is not known. */
  outOfMemoryKills: number | null;
}

/** A process that was left behind may hold the pipe open; its output is waited for no longer. */
const DRAIN_MS = 5000;
/** Looking through all processes of the host costs; a grace may last for minutes. */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 500;

/**
 * Follows a main process to its end, and ends it when asked or when its time is up. The attempt is over when the main
 * process is: what it leaves behind is killed. After a stop, others of its group have the rest of the grace, because
 * the main process may be a mere launcher.
 */
export function supervise(running: Running): Execution {
  const { input, paths, child, tree } = running;
  const { trialSeconds, stopGraceSeconds } = input.limits;
  const stop = createStop(tree);
  let timedOut: number | null = null;
  const cancelLimit =
    trialSeconds === undefined
      ? () => {}
      : startTimer(trialSeconds * 1000, () => {
          if (stop.requested()) return;
          timedOut = trialSeconds;
          stop.request(stopGraceSeconds * 1000);
        });

  async function end(): Promise<ExecutionResult> {
    const { code, signal } = await exitOf(child);
    cancelLimit();
    const stopRequested = stop.requested();
    await stop.untilGone();
    await clearAway(running);
    const result = await readResultFile(paths.resultFile);
    const verdict = classifyExit({
      code,
      signal,
      stopRequested,
      timedOut,
      outOfMemoryKills: await killsSince(running.outOfMemoryKills),
      usesGpus: (input.gpus?.devices.length ?? 0) > 0,
      outputTail: running.output.tail(),
      result,
    });
    const finals = result.type === "result" ? Object.entries(result.result.metrics) : [];
    const metrics = new Map(finals.map(([name, value]) => [name, fromWire(value)]));
    return { ...verdict, exitCode: code, signal, metrics };
  }

  return {
    paths,
    startedMs: running.startedMs,
    stop: (graceMs) => stop.request(graceMs),
    done: end().catch((error: unknown) => ({
      outcome: "failed",
      failureClass: "spawn-infra",
      exitCode: child.exitCode,
      signal: child.signalCode,
      message: `The agent lost track of it: ${messageOf(error)}.`,
      metrics: new Map(),
    })),
  };
}

interface Stop {
  request(graceMs: number): void;
  requested(): boolean;
  /** After a request: resolves when no process is left or the grace is over. Else at once. */
  untilGone(): Promise<void>;
}

function createStop(tree: ProcessTree): Stop {
  let killAt = Number.POSITIVE_INFINITY;
  let cancelKill = () => {};
  const requested = () => killAt < Number.POSITIVE_INFINITY;
  return {
    requested,
    request(graceMs) {
      const at = performance.now() + graceMs;
      if (at >= killAt) return;
      if (!requested()) void terminateTree(tree);
      killAt = at;
      cancelKill();
      cancelKill = startTimer(graceMs, () => void killTree(tree));
    },
    async untilGone() {
      let lookMs = FIRST_LOOK_MS;
      while (requested() && performance.now() < killAt && (await survivors(tree)).length > 0) {
        await delay(Math.min(lookMs, Math.max(0, killAt - performance.now())));
        lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS);
      }
      cancelKill();
    },
  };
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    // Not `close`: a daemon that holds the pipe would keep the attempt from ending.
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

async function clearAway({ input, tree, output }: Running): Promise<void> {
  await killTree(tree);
  await output.drain(DRAIN_MS);
  // What cannot be killed now is left to the next agent.
  if ((await survivors(tree)).length === 0) await forgetTree(input.stateDirectory, tree);
}

async function killsSince(before: number | null): Promise<number> {
  const now = await outOfMemoryKills();
  return before === null || now === null ? 0 : now - before;
}
