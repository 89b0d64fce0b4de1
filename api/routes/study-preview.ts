import { z } from "zod";
import { previewedTrialSchema, priorPlotSchema } from "../../core/charts.ts";
import { studySpecSchema } from "../../core/study.ts";
import { submissionErrors } from "../check-submission.ts";
import { explainStudy } from "../explain-study.ts";
import { PROJECT_URL, projectPath } from "../paths.ts";
import { previewTrials, priorPlots } from "../preview.ts";
import { defineRoute } from "../route.ts";
import { withSeed } from "../seed.ts";
import { warningSchema } from "../warning.ts";

export const studyPreview = defineRoute({
  id: "previewStudy",
  method: "POST",
  url: `${PROJECT_URL}/preview`,
  tag: "studies",
  summary: "What a study would do: three of its commands, its priors, and why it is searched so",
  description: "Nothing is created. With errors there are no samples and no explanation.",
  access: "read",
  params: projectPath,
  body: studySpecSchema,
  reply: {
    status: 200,
    schema: z.object({
      errors: z.array(warningSchema).describe("Why it would be refused."),
      samples: z.array(previewedTrialSchema).describe("Drawn at random with the study's seed."),
      priors: z.array(priorPlotSchema),
      explanation: z.string().nullable().describe("Why its algorithm searches as it does."),
    }),
  },
  async handle({ randomBytes }, { body }) {
    const spec = withSeed(body, randomBytes);
    const errors = submissionErrors(spec);
    const fine = errors.length === 0;
    return {
      errors,
      samples: fine ? previewTrials(spec) : [],
      priors: priorPlots(spec),
      explanation: fine ? explainStudy(spec).text : null,
    };
  },
});
