import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { FettleError } from "../core/errors.ts";
import type { Assignment } from "../core/protocol.ts";
import { trialDir } from "./trial-dirs.ts";

/**
 * Where the checkpoint of a trial lies: `checkpoints` in the trial's directory, or `<path>/<study id>/<trial id>` for a
 * study that keeps them on a path which all agents share. Every name is made here; the ids are UUIDs.
 */
export interface CheckpointPlace {
  directory: string;
  shared: boolean;
}

/** In the trial's directory, whatever its study says. */
export function ownCheckpoint(stateDir: string, trialId: string): string {
  return join(trialDir(stateDir, trialId), "checkpoints");
}

type Owner = Pick<Assignment, "studyId" | "spec">;

/** @throws FettleError "invalid-config" when the shared path is not there: to make it would hide that it is not mounted */
export async function placeOf(stateDir: string, owner: Owner, trialId: string): Promise<CheckpointPlace> {
  const checkpoint = owner.spec.fidelity?.checkpoint;
  if (checkpoint?.store !== "shared") return { directory: ownCheckpoint(stateDir, trialId), shared: false };
  const { path = "" } = checkpoint;
  const isThere = isAbsolute(path) && (await stat(path).catch(() => null))?.isDirectory() === true;
  if (!isThere)
    throw new FettleError(
      "invalid-config",
      `fidelity.checkpoint.path "${path}" is no directory on this host`,
    );
  return { directory: join(path, owner.studyId, trialId), shared: true };
}
