import { stripVTControlCharacters } from "node:util";
import type { ExecutionResult, FailureClass } from "../../core/executor.ts";
import type { ReadResult } from "./result-file.ts";

/** What is known when the main process of an attempt has ended. */
export interface ExitFacts {
  code: number | null;
  signal: NodeJS.Signals | null;
  stopRequested: boolean;
  /** The study's limit in seconds, when it was reached. */
  timedOut: number | null;
  /** Processes that the kernel killed for lack of memory meanwhile, on the whole host. */
  outOfMemoryKills: number;
  usesGpus: boolean;
  /** The end of what it printed. */
  outputTail: string;
  result: ReadResult;
}

type Verdict = Pick<ExecutionResult, "outcome" | "failureClass" | "message">;

/** EX_TEMPFAIL of sysexits.h: run me again, this one does not count. */
const EXIT_REQUEUE = 75;

/** How the attempt ended. What Fettle did overrules what the script declared, and that overrules its exit code. */
export function classifyExit(facts: ExitFacts): Verdict {
  const { code, timedOut, result } = facts;
  if (timedOut !== null)
    return failed("timeout", `It was stopped after ${timedOut} s, the study's limit for a trial.`);
  if (facts.stopRequested) return { outcome: "stopped", failureClass: null, message: null };
  if (result.type === "result" && result.result.state !== "completed") {
    const { state, reason } = result.result;
    const message = reason ?? `the script declared it ${state}`;
    return { outcome: state, failureClass: "declared", message };
  }
  if (code === EXIT_REQUEUE) {
    return {
      outcome: "requeue",
      failureClass: "declared",
      message: "It asked to be run again (exit code 75).",
    };
  }
  if (code !== 0) return classifyFailure(facts);
  if (result.type === "invalid") {
    return failed("user-error", `It exited with 0, but its result file cannot be read: ${result.problem}.`);
  }
  return { outcome: "completed", failureClass: null, message: null };
}

/** Signs in the last output of what went wrong, where the exit code does not tell. Matched without regard to case. */
const SIGNS: readonly { failureClass: FailureClass; needsGpu: boolean; texts: readonly string[] }[] = [
  {
    failureClass: "gpu",
    needsGpu: true,
    texts: [
      "uncorrectable ecc error",
      "gpu has fallen off the bus",
      "no cuda-capable device is detected",
      "cuda error: unknown error",
      "nvml: unknown error",
      "nvml: gpu is lost",
    ],
  },
  { failureClass: "disk", needsGpu: false, texts: ["no space left on device", "disk quota exceeded"] },
  {
    failureClass: "oom",
    needsGpu: false,
    texts: ["outofmemoryerror", "out of memory", "memoryerror", "cannot allocate memory", "std::bad_alloc"],
  },
];

function classifyFailure(facts: ExitFacts): Verdict {
  const { code, signal } = facts;
  if (signal === "SIGKILL" || code === 128 + 9) {
    const cause =
      facts.outOfMemoryKills > 0
        ? "The kernel killed it for lack of memory."
        : "It was killed (SIGKILL) by something other than Fettle: out of memory, most likely.";
    return failed("oom", cause);
  }
  const how = signal === null ? `Exit code ${code}` : `Ended by ${signal}`;
  const lastLine = lastLineOf(facts.outputTail);
  const message = `${how}${lastLine === "" ? ", and it printed nothing" : `: ${lastLine}`}`;
  const printed = facts.outputTail.toLowerCase();
  const sign = SIGNS.find(
    ({ needsGpu, texts }) => (!needsGpu || facts.usesGpus) && texts.some((text) => printed.includes(text)),
  );
  if (sign !== undefined) return failed(sign.failureClass, message);
  // What shells answer for a program that is not there, or not executable.
  return failed(code === 126 || code === 127 ? "command-not-found" : "user-error", message);
}

/** How an attempt ended whose program could not be started at all. `code`: of the system's error. */
export function classifySpawnError(code: string | undefined, message: string): Verdict {
  const sentence = `It could not be started: ${message}.`;
  if (code === "E2BIG") return failed("user-error", `${sentence} The arguments and variables are too long.`);
  if (
    code === "ENOENT" ||
    code === "EACCES" ||
    code === "EPERM" ||
    code === "ENOTDIR" ||
    code === "ENOEXEC"
  ) {
    return failed("command-not-found", sentence);
  }
  if (code === "ENOSPC" || code === "EDQUOT") return failed("disk", sentence);
  if (code !== undefined && SHORTAGES.has(code)) return failed("spawn-infra", sentence);
  return failed("user-error", sentence);
}

/** The host lacks processes, memory or open files. */
const SHORTAGES: ReadonlySet<string> = new Set(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE", "EIO"]);

function failed(failureClass: FailureClass, message: string): Verdict {
  return { outcome: "failed", failureClass, message };
}

function lastLineOf(output: string): string {
  const lines = stripVTControlCharacters(output).split(/[\r\n]+/);
  const last = lines.findLast((line) => line.trim() !== "") ?? "";
  return last
    .replace(/\p{Cc}/gu, " ")
    .trim()
    .slice(0, 500);
}
