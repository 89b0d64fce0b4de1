import { z } from "zod";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { defineRoute } from "../route.ts";
import { currentAttempt } from "../worker-calls.ts";

export const trialHeartbeat = defineRoute({
  id: "renewTrialLease",
  method: "POST",
  url: `${TRIAL_URL}/heartbeat`,
  tag: "workers",
  summary: "Keep a running trial, and learn whether to stop it",
  description:
    "Needed only when reports come more rarely than the lease lasts. The lease of a trial that an agent runs is the agent's to keep.",
  access: "write",
  attemptToken: true,
  params: trialPath,
  body: z
    .strictObject({
      attempt: z.int().min(1).optional().describe("Default: the current one."),
      leaseSeconds: z.number().min(1).max(604_800).default(3600),
    })
    .prefault({}),
  reply: { status: 200, schema: z.object({ shouldStop: z.boolean(), reason: z.string().nullable() }) },
  handle(context, { params, body }) {
    const { store, lookup } = context;
    return lookup.withStudy(params.project, params.study, async (studyId) => {
      const current = await currentAttempt(context, studyId, params.number);
      return store.renewLease(current.trialId, body.attempt ?? current.attempt, body.leaseSeconds * 1000);
    });
  },
});
