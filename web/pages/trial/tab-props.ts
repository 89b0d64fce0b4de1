import type { StudyResource, TrialDetail } from "../../../core/resources.ts";

/** What each tab of a trial is handed. */
export interface TabProps {
  name: string;
  trial: TrialDetail;
  study: StudyResource | null;
}
