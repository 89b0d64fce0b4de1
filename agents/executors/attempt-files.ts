import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { AttemptPaths, ExecutorInput } from "../../core/executor.ts";

/** Where one attempt's files lie; every name is made here, none by a user. */
export function attemptPaths(
  input: Pick<ExecutorInput, "identity" | "trialDirectory" | "workingDirectory" | "checkpointDirectory">,
): AttemptPaths {
  const { attempt } = input.identity;
  const trialDirectory = resolve(input.trialDirectory);
  return {
    workingDirectory: input.workingDirectory === null ? trialDirectory : resolve(input.workingDirectory),
    trialDirectory,
    checkpointDirectory: resolve(input.checkpointDirectory ?? join(trialDirectory, "checkpoints")),
    paramsFile: join(trialDirectory, `params-${attempt}.json`),
    metricsFile: join(trialDirectory, `metrics-${attempt}.jsonl`),
    resultFile: join(trialDirectory, `result-${attempt}.json`),
  };
}

export interface PreparedFiles {
  /** There is a checkpoint to resume from. */
  resume: boolean;
  /** When they were written, by the file system's clock. */
  startedMs: number;
}

/**
 * Writes what the script reads and makes the checkpoint directory, which is kept from attempt to attempt.
 * @throws the file system's error (ENOSPC …)
 */
export async function prepareFiles(input: ExecutorInput, paths: AttemptPaths): Promise<PreparedFiles> {
  await mkdir(paths.checkpointDirectory, { recursive: true, mode: 0o700 });
  // An earlier attempt may have left anything there: writing to a pipe would hang, to a link change something else.
  for (const path of [paths.paramsFile, paths.metricsFile, paths.resultFile]) {
    await rm(path, { force: true, recursive: true });
  }
  await writeFile(paths.metricsFile, "", { mode: 0o600 });
  await writeFile(paths.paramsFile, `${JSON.stringify(input.params, null, 2)}\n`, { mode: 0o600 });
  return {
    resume: (await readdir(paths.checkpointDirectory)).length > 0,
    startedMs: (await stat(paths.paramsFile)).mtimeMs,
  };
}
