import { trialResourceSchema } from "../../core/resources.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { trialAction } from "../trial-action.ts";

export const trialStop = defineRoute({
  id: "stopTrial",
  method: "POST",
  url: `${TRIAL_URL}/stop`,
  tag: "trials",
  summary: "End a trial that runs or waits",
  description: "A running one is told by its agent's next heartbeat; it ends as cancelled.",
  access: "write",
  idempotent: true,
  params: trialPath,
  reply: { status: 200, schema: trialResourceSchema },
  handle: trialAction(({ store }, studyId, number, actor) => store.stopTrial(studyId, number, actor)),
});
