import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { stat, writeFile } from "node:fs/promises";
import { renderCommand } from "../../core/command.ts";
import { FettleError, messageOf } from "../../core/errors.ts";
import type {
  AttemptPaths,
  Execution,
  ExecutionResult,
  Executor,
  ExecutorInput,
} from "../../core/executor.ts";
import { attemptPaths, prepareFiles } from "./attempt-files.ts";
import { startDeathWatch } from "./death-watch.ts";
import { trainingEnvironment } from "./environment.ts";
import { classifySpawnError } from "./exit.ts";
import { findProgram } from "./find-program.ts";
import { rememberTree } from "./leftovers.ts";
import { type OutputPipe, openOutputPipe } from "./output-pipe.ts";
import { outOfMemoryKills } from "./proc.ts";
import { supervise } from "./supervise.ts";

/**
 * Runs an attempt as a process of this host: the command's argv without a shell, in a session of its own, so that
 * everything it starts can be ended with it.
 */
export const processExecutor: Executor = {
  name: "process",
  summary: "A process on the agent's host, in a session of its own.",
  start,
};

/** Known to the death watch: it kills what carries this. */
const AGENT_MARKER = randomUUID();

async function start(input: ExecutorInput): Promise<Execution> {
  const paths = attemptPaths(input);
  const { resume, startedMs } = await prepareFiles(input, paths);
  const marker = `${AGENT_MARKER}.${randomUUID()}`;
  const environment = trainingEnvironment(input, paths, resume, marker, process.env);
  const launch = await prepareLaunch(input, paths, environment);
  if (!launch.ready) return neverStarted(paths, startedMs, launch.verdict);
  startDeathWatch(AGENT_MARKER);
  const killsBefore = await outOfMemoryKills();
  const output = await openOutputPipe();
  output.read(input.onOutput);
  const spawned = await spawnChild(launch.argv, paths.workingDirectory, environment, output);
  if (!spawned.ready) return neverStarted(paths, startedMs, spawned.verdict);
  const { child, pid } = spawned;
  const tree = { pid, marker };
  const execution = supervise({
    input,
    paths,
    startedMs,
    child,
    tree,
    output,
    outOfMemoryKills: killsBefore,
  });
  try {
    await rememberTree(input.stateDirectory, tree);
  } catch (error) {
    // A process that a restarted agent could not find again must not run.
    execution.stop(0);
    await execution.done;
    throw error;
  }
  await preferInMemoryShortage(pid);
  return execution;
}

type Verdict = Pick<ExecutionResult, "outcome" | "failureClass" | "message">;
type Launch = { ready: true; argv: string[] } | { ready: false; verdict: Verdict };

/** The argv to spawn: the command's own, behind `setpriv` where there is one. */
async function prepareLaunch(
  input: ExecutorInput,
  paths: AttemptPaths,
  environment: Record<string, string>,
): Promise<Launch> {
  try {
    const argv = renderCommand(input.command, input.params, input.arguments, {
      parameters: input.parameters,
      values: placeholders(input, paths),
    });
    const directory = await stat(paths.workingDirectory).catch(() => null);
    if (!directory?.isDirectory()) {
      const message = `The working directory ${paths.workingDirectory} does not exist on this host.`;
      return { ready: false, verdict: { outcome: "failed", failureClass: "user-error", message } };
    }
    const program = await findProgram(argv[0]!, paths.workingDirectory, environment.PATH ?? "");
    if (!program.found) {
      const { message } = program;
      return { ready: false, verdict: { outcome: "failed", failureClass: "command-not-found", message } };
    }
    return { ready: true, argv: [...(await deathSignalPrefix()), program.path, ...argv.slice(1)] };
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    const verdict = { outcome: "failed", failureClass: "user-error", message: `${error.message}.` } as const;
    return { ready: false, verdict };
  }
}

function placeholders({ identity, gpus }: ExecutorInput, paths: AttemptPaths) {
  return {
    study: identity.study,
    trial: String(identity.trial),
    trial_id: identity.trialId,
    attempt: String(identity.attempt),
    seed: String(identity.seed),
    budget: identity.budget === null ? null : String(identity.budget),
    gpus: String(gpus?.devices.length ?? 0),
    trial_dir: paths.trialDirectory,
    checkpoint_dir: paths.checkpointDirectory,
    params_file: paths.paramsFile,
    metrics_file: paths.metricsFile,
    result_file: paths.resultFile,
  };
}

let setpriv: Promise<string[]> | undefined;

/** Has the kernel kill the main process when the agent dies; nothing where util-linux is missing. */
function deathSignalPrefix(): Promise<string[]> {
  setpriv ??= findProgram("setpriv", "/", "/usr/bin:/bin:/usr/local/bin").then((program) =>
    program.found ? [program.path, "--pdeathsig", "KILL", "--"] : [],
  );
  return setpriv;
}

type Spawned = { ready: true; child: ChildProcess; pid: number } | { ready: false; verdict: Verdict };

/** Closes this process's hold on the pipe's write end, whatever happens. */
function spawnChild(
  argv: readonly string[],
  cwd: string,
  env: Record<string, string>,
  output: OutputPipe,
): Promise<Spawned> {
  return new Promise<Spawned>((resolve) => {
    const refuse = (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      resolve({ ready: false, verdict: classifySpawnError(code, messageOf(error)) });
    };
    try {
      const { writeEnd } = output;
      const child = spawn(argv[0]!, argv.slice(1), {
        cwd,
        env,
        detached: true,
        stdio: ["ignore", writeEnd, writeEnd],
      });
      child.on("error", refuse);
      child.once("spawn", () => resolve({ ready: true, child, pid: child.pid! }));
    } catch (error) {
      refuse(error);
    } finally {
      output.closeWriteEnd();
    }
  });
}

/** When memory runs short the kernel should take the training and leave the agent. Raising it needs no privilege. */
async function preferInMemoryShortage(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/oom_score_adj`, "500").catch(() => {});
}

function neverStarted(paths: AttemptPaths, startedMs: number, verdict: Verdict): Execution {
  const result: ExecutionResult = { ...verdict, exitCode: null, signal: null, metrics: new Map() };
  return { paths, startedMs, stop: () => {}, done: Promise.resolve(result) };
}
