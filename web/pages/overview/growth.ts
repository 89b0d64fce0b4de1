import type { StudyResource } from "../../../core/resources.ts";

/**
 * A text that changes when a study has grown by about a twentieth, or has a new best: when to read again what costs the
 * server more the larger the study is.
 */
export function growthOf({ counts, best }: StudyResource): string {
  const { completed, pruned, paused, failed } = counts;
  return `${Math.floor(20 * Math.log1p(completed + pruned + paused + failed))} ${best?.trial}`;
}
