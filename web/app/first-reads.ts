import { pointsFor } from "./points-for.ts";
import { project, query } from "./router.ts";

type Params = Readonly<Record<string, string>>;

/** Paths of the API as the pages of a study ask for them, word for word. */
export function studyReads({ study }: Params): string[] {
  return [studyPath(study!)];
}

/** A trial's, and its study's; where the metrics are to be seen, their points too. */
export function trialReads({ study, number }: Params): string[] {
  const trial = `${studyPath(study!)}/trials/${Number(number)}`;
  const shown = query.value.get("tab") === "metrics";
  return [studyPath(study!), trial, ...(shown ? [`${trial}/metrics?maxPoints=${pointsFor()}`] : [])];
}

function studyPath(study: string): string {
  return `/v1/projects/${encodeURIComponent(project.value)}/studies/${encodeURIComponent(study)}`;
}
