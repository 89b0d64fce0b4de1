import { z } from "zod";
import { studySpecSchema } from "../../core/study.ts";
import { submissionErrors, submissionWarnings } from "../check-submission.ts";
import { PROJECT_URL, projectPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { withSeed } from "../seed.ts";
import { warmStartSources } from "../warm-start.ts";
import { warningSchema } from "../warning.ts";

export const studyValidate = defineRoute({
  id: "validateStudy",
  method: "POST",
  url: `${PROJECT_URL}/validate`,
  tag: "studies",
  summary: "Check a specification without creating anything",
  description: "A body that does not match the schema is answered with `invalid-input`, as at creation.",
  access: "read",
  params: projectPath,
  body: studySpecSchema,
  reply: {
    status: 200,
    schema: z.object({
      valid: z.boolean(),
      errors: z.array(warningSchema).describe("Why it would be refused."),
      warnings: z.array(warningSchema),
      agentFits: z
        .boolean()
        .nullable()
        .describe("Whether an agent that is up could run a trial; null for a study without a command."),
    }),
  },
  async handle({ store, randomBytes }, { params, body }) {
    const spec = withSeed(body, randomBytes);
    const errors = submissionErrors(spec);
    if (errors.length === 0) errors.push(...(await warmStartSources(store, params.project, spec)).errors);
    const agents = spec.command ? await store.listAgents() : [];
    const warnings = errors.length === 0 ? submissionWarnings(spec, agents) : [];
    const fits = !warnings.some((warning) => warning.code === "no-agent-fits");
    const agentFits = spec.command && errors.length === 0 ? fits : null;
    return { valid: errors.length === 0, errors, warnings, agentFits };
  },
});
