import { reportReplySchema, reportRequestSchema } from "../../core/protocol.ts";
import { EXAMPLE_POINTS } from "../examples.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { workerActor } from "../principal.ts";
import { defineRoute } from "../route.ts";
import { currentAttempt, reportPoints } from "../worker-calls.ts";

export const trialReport = defineRoute({
  id: "reportTrialMetrics",
  method: "POST",
  url: `${TRIAL_URL}/metrics`,
  tag: "workers",
  summary: "Report metric points of a running trial",
  description:
    "Also as lines of JSON (`application/x-ndjson`), one point a line. A point that is known already is kept as it is, " +
    "so a report may be repeated. `shouldStop`: end the trial, for `reason`.",
  access: "write",
  attemptToken: true,
  params: trialPath,
  body: reportRequestSchema.meta({ examples: [EXAMPLE_POINTS] }),
  bodyType: "points",
  bodyLimit: "metricsBody",
  reply: { status: 200, schema: reportReplySchema },
  handle(context, { params, body, principal }) {
    return context.lookup.withStudy(params.project, params.study, async (studyId) => {
      const attempt = await currentAttempt(context, studyId, params.number);
      return reportPoints(context, attempt, body, workerActor(principal));
    });
  },
});
