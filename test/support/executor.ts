import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argumentsSchema } from "../../core/arguments.ts";
import type { Execution, ExecutionResult, Executor, ExecutorInput } from "../../core/executor.ts";

/** A scratch directory in which attempts of one trial run, and what they printed. */
export interface ExecutorBench {
  directory: string;
  /** What `command` makes of itself; `overrides` of the port's input. */
  run(command: readonly string[], overrides?: Partial<ExecutorInput>): Promise<ExecutionResult>;
  start(command: readonly string[], overrides?: Partial<ExecutorInput>): Promise<Execution>;
  /** All output so far, at most its last mebibyte. */
  output(): string;
  outputBytes(): number;
  /** Text of a file that a script wrote in the trial's directory; "" while there is none. */
  file(name: string): string;
  close(): Promise<void>;
}

export function createExecutorBench(executor: Executor): ExecutorBench {
  const directory = mkdtempSync(join(tmpdir(), "fettle-executor-"));
  const executions: Execution[] = [];
  let printed = Buffer.alloc(0);
  let bytes = 0;
  const start = async (command: readonly string[], overrides: Partial<ExecutorInput> = {}) => {
    const execution = await executor.start({
      identity: {
        study: "digits",
        trial: 7,
        trialId: "0190c1de-0000-7000-8000-000000000007",
        attempt: 2,
        seed: 42,
        budget: null,
        url: "http://127.0.0.1:1",
        token: "attempt-token",
      },
      command,
      arguments: argumentsSchema.parse({}),
      params: { lr: 0.1, optimizer: "adam" },
      parameters: ["lr", "optimizer", "momentum"],
      environment: {},
      workingDirectory: null,
      trialDirectory: directory,
      checkpointDirectory: null,
      stateDirectory: join(directory, "state"),
      gpus: null,
      limits: { stopGraceSeconds: 5 },
      onOutput: (chunk) => {
        bytes += chunk.length;
        printed = Buffer.concat([printed, chunk]).subarray(-1024 * 1024);
      },
      ...overrides,
    });
    executions.push(execution);
    return execution;
  };
  return {
    directory,
    start,
    run: async (command, overrides) => (await start(command, overrides)).done,
    output: () => printed.toString(),
    outputBytes: () => bytes,
    file(name) {
      try {
        return readFileSync(join(directory, name), "utf8");
      } catch {
        return "";
      }
    },
    async close() {
      for (const execution of executions) execution.stop(0);
      await Promise.all(executions.map(({ done }) => done));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The command that runs a piece of JavaScript in Node. */
export function script(code: string): string[] {
  return [process.execPath, "--input-type=module", "-e", code];
}

/** Whether a process runs; one that only waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !"ZX".includes(text.slice(text.lastIndexOf(")") + 2)[0]!);
  } catch {
    return false;
  }
}
