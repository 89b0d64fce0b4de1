import { studyResourceSchema } from "../../core/resources.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { studyAction } from "../study-action.ts";

export const studyStop = defineRoute({
  id: "stopStudy",
  method: "POST",
  url: `${STUDY_URL}/stop`,
  tag: "studies",
  summary: "End the study: running trials are told to stop",
  description: "Doing it twice changes nothing.",
  access: "write",
  idempotent: true,
  params: studyPath,
  reply: { status: 200, schema: studyResourceSchema },
  handle: studyAction(({ store }, id, actor) => store.stopStudy(id, actor)),
});
