import { go } from "../../app/router.ts";
import type { View } from "./view.ts";

export function trialPath(study: string, number: number): string {
  return `/studies/${encodeURIComponent(study)}/trials/${number}`;
}

/** Goes to the page of a trial, given by its index in the sample. */
export function openTrial({ study, sample }: View, trial: number): void {
  go(trialPath(study.name, sample.trials[trial]!));
}
