import { trialResourceSchema } from "../../core/resources.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { trialAction } from "../trial-action.ts";

export const trialRetry = defineRoute({
  id: "retryTrial",
  method: "POST",
  url: `${TRIAL_URL}/retry`,
  tag: "trials",
  summary: "Run a failed, infeasible or cancelled trial once more",
  description: "It keeps its number, parameters and checkpoint; its attempt is a new one.",
  access: "write",
  idempotent: true,
  params: trialPath,
  reply: { status: 200, schema: trialResourceSchema },
  handle: trialAction(({ store }, studyId, number, actor) => store.retryTrial(studyId, number, actor)),
});
