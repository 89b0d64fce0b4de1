import { z } from "zod";
import { projectSchema } from "../core/resources.ts";
import { textSchema } from "../core/text.ts";
import { webhookIdSchema } from "../core/webhook.ts";
import { integer } from "./query.ts";

/** The segments of paths. The project "default" exists without being created; others come to be with their first study. */

export const PROJECT_URL = "/v1/projects/:project";
export const STUDIES_URL = `${PROJECT_URL}/studies`;
export const STUDY_URL = `${STUDIES_URL}/:study`;
export const TRIALS_URL = `${STUDY_URL}/trials`;
export const TRIAL_URL = `${TRIALS_URL}/:number`;
export const AGENT_URL = "/v1/agents/:agent";
export const ATTEMPT_URL = "/v1/attempts/:trialId/:attempt";

const project = projectSchema.meta({ examples: ["default"] });
const study = textSchema()
  .min(1)
  .max(100)
  .describe("Name or id.")
  .meta({ examples: ["digits"] });
const number = integer({
  min: 0,
  max: 2_147_483_647,
  description: "The trial's number in its study, from 0.",
});

export const projectPath = z.strictObject({ project });
export const studyPath = z.strictObject({ project, study });
export const trialPath = z.strictObject({ project, study, number });
export const agentPath = z.strictObject({ agent: textSchema().min(1).max(100).describe("Name or id.") });
export const agentIdPath = z.strictObject({ agent: z.uuid().describe("The id given at registration.") });
export const webhookPath = z.strictObject({ id: webhookIdSchema });
export const attemptPath = z.strictObject({
  trialId: z.uuid(),
  attempt: integer({ min: 1, max: 1_000_000, description: "Number of the attempt, from 1." }),
});

/** A page of a list. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe("For the next page; null on the last."),
  });
}
