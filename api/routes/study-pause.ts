import { studyResourceSchema } from "../../core/resources.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { studyAction } from "../study-action.ts";

export const studyPause = defineRoute({
  id: "pauseStudy",
  method: "POST",
  url: `${STUDY_URL}/pause`,
  tag: "studies",
  summary: "Start no more trials; running ones go on",
  description: "Doing it twice changes nothing.",
  access: "write",
  idempotent: true,
  params: studyPath,
  reply: { status: 200, schema: studyResourceSchema },
  handle: studyAction(({ store }, id, actor) => store.pauseStudy(id, actor)),
});
