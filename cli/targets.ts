import { FettleError } from "../core/errors.ts";
import type { Page, StudyResource } from "../core/resources.ts";
import { closest } from "../core/suggest-name.ts";
import type { Client } from "./client.ts";
import type { SettingName } from "./config.ts";
import { studiesPath, studyPath } from "./paths.ts";

/** Which server, study or trial a command means. */

/** Settings of every command that asks a server. */
export const CLIENT_SETTINGS: readonly SettingName[] = ["url", "project", "dataDir"];

/** The study of that name or id; without one, the only study that is not done, or the only one there is. */
export async function findStudy(
  client: Client,
  project: string,
  name: string | undefined,
): Promise<StudyResource> {
  if (name === undefined) return onlyActiveStudy(client, project);
  try {
    return await client.get<StudyResource>(studyPath(project, name));
  } catch (error) {
    if (!(error instanceof FettleError) || error.code !== "not-found") throw error;
    const { items } = await client.get<Page<StudyResource>>(studiesPath(project));
    const near = closest(
      name,
      items.map((study) => study.name),
    );
    throw new FettleError("not-found", `There is no study "${name}" in project "${project}".`, {
      cause: error,
      hint: near === undefined ? "List them: fettle study ls" : `Did you mean "${near}"?`,
    });
  }
}

async function onlyActiveStudy(client: Client, project: string): Promise<StudyResource> {
  const { items } = await client.get<Page<StudyResource>>(studiesPath(project), { limit: 100 });
  const active = items.filter(({ state }) => state !== "done");
  const candidates = active.length === 0 ? items : active;
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const names = active.map(({ name }) => name).slice(0, 5);
  throw new FettleError(
    "invalid-input",
    active.length === 0
      ? "No study is active, so it must be named."
      : `Several studies are active, so one must be named: ${names.join(", ")}.`,
    { hint: "List them: fettle study ls" },
  );
}

export interface TrialTarget {
  /** Undefined: the only active study. */
  study: string | undefined;
  number: number;
}

/** "digits/42", or "42" for a trial of the only active study. @throws FettleError "invalid-input" */
export function parseTrial(text: string | undefined): TrialTarget {
  const match = /^(?:(.+)\/)?(\d{1,9})$/.exec(text ?? "");
  if (match === null) {
    throw new FettleError("invalid-input", `"${text}" does not name a trial.`, {
      hint: "Write STUDY/NUMBER, as in digits/42; or the number alone when one study is active.",
    });
  }
  return { study: match[1], number: Number(match[2]) };
}

/** The trial's study, by name. */
export async function findTrialStudy(client: Client, project: string, target: TrialTarget): Promise<string> {
  return target.study ?? (await onlyActiveStudy(client, project)).name;
}
