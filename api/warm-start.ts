import { createEncoder } from "../core/encode.ts";
import { FettleError, type FieldError } from "../core/errors.ts";
import type { Store } from "../core/store.ts";
import type { StudySpec } from "../core/study.ts";
import { type WarmStartSource, warmStartSource } from "../core/warm-start.ts";

/** Trials of an earlier study that are looked at, best first. */
const MOST_TRIALS = 5_000;

/** What the studies that a specification starts from know, and each that does not exist or is of no use. @param spec has no errors. */
export async function warmStartSources(
  store: Store,
  project: string,
  spec: StudySpec,
): Promise<{ sources: WarmStartSource[]; errors: FieldError[] }> {
  const sources: WarmStartSource[] = [];
  const errors: FieldError[] = [];
  if (spec.warmStart === undefined) return { sources, errors };
  const target = { parameters: spec.parameters, encoder: createEncoder(spec) };
  for (const [index, name] of spec.warmStart.studies.entries()) {
    const pointer = `/warmStart/studies/${index}`;
    try {
      const study = await existing(store, project, name, pointer);
      const { rows } = await store.leaderboard(study.id, MOST_TRIALS);
      sources.push(warmStartSource(target, { study: study.name, studyId: study.id, rows }, pointer));
    } catch (error) {
      if (!(error instanceof FettleError) || error.code !== "invalid-study") throw error;
      errors.push(...error.fields);
    }
  }
  return { sources, errors };
}

/** @throws FettleError "invalid-study" at `pointer` when there is none. */
async function existing(store: Store, project: string, name: string, pointer: string) {
  try {
    return await store.getStudy(project, name);
  } catch (error) {
    if (!(error instanceof FettleError) || error.code !== "not-found") throw error;
    const message = `There is no study "${name}" in project "${project}".`;
    const field = { pointer, code: "warm-start", message, hint: "Name a study of this project, or its id." };
    throw new FettleError("invalid-study", message, { fields: [field], cause: error });
  }
}
