import { studyResourceSchema } from "../../core/resources.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { studyAction } from "../study-action.ts";

export const studyResume = defineRoute({
  id: "resumeStudy",
  method: "POST",
  url: `${STUDY_URL}/resume`,
  tag: "studies",
  summary: "Go on with a paused study",
  description: "Doing it twice changes nothing.",
  access: "write",
  idempotent: true,
  params: studyPath,
  reply: { status: 200, schema: studyResourceSchema },
  handle: studyAction(({ store }, id, actor) => store.resumeStudy(id, actor)),
});
