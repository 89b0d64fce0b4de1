import { z } from "zod";
import { assignmentSchema } from "../../core/protocol.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

const MAX_WAIT_SECONDS = 30;

export const trialSuggest = defineRoute({
  id: "suggestTrials",
  method: "POST",
  url: `${STUDY_URL}/suggest`,
  tag: "workers",
  summary: "Ask for trials to run",
  description:
    "For programs that run trials themselves. A worker that comes back with its `workerId` gets its unfinished trials " +
    "first. Nothing to run yet: the reply comes after `waitSeconds` at the latest, with no assignments and the reason.",
  access: "write",
  params: studyPath,
  body: z
    .strictObject({
      workerId: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/)
        .describe("Names the worker; two that run at the same time need two names."),
      count: z.int().min(1).max(64).default(1).describe("Trials wanted, at most."),
      waitSeconds: z.number().min(0).max(MAX_WAIT_SECONDS).default(0),
      leaseSeconds: z
        .number()
        .min(1)
        .max(604_800)
        .default(3600)
        .describe(
          "The trial is given away when nothing is heard of it for so long; each report begins it anew.",
        ),
    })
    .meta({ examples: [{ workerId: "laptop", count: 1, waitSeconds: 20 }] }),
  reply: {
    status: 200,
    schema: z.object({
      assignments: z.array(assignmentSchema),
      done: z.boolean().describe("The study gives no more trials: the worker may end."),
      reason: z.string().nullable().describe("Why there is nothing to run; null otherwise."),
    }),
  },
  async handle(context, { params, body, signal }) {
    const { store, studyWaits, waiting, lookup, telemetry } = context;
    const { workerId, count, waitSeconds, leaseSeconds } = body;
    const claim = (studyId: string) => async () => {
      const assignments = await store.claimForWorker(studyId, workerId, count, leaseSeconds * 1000);
      if (assignments.length > 0) return { assignments, done: false, reason: null };
      const { state, reason } = await store.getStudy(params.project, studyId);
      const done = state === "done" || state === "stopping";
      return { assignments, done, reason: done || state === "paused" ? reason.text : NOTHING_YET };
    };
    const leave = waiting.enter();
    try {
      const answer = await lookup.withStudy(params.project, params.study, (studyId) =>
        studyWaits.poll(studyId, {
          attempt: claim(studyId),
          isEmpty: ({ assignments, done }) => assignments.length === 0 && !done,
          waitMs: waitSeconds * 1000,
          signal,
        }),
      );
      telemetry.claimed(answer.assignments.length);
      return answer;
    } finally {
      leave();
    }
  },
});

const NOTHING_YET = "No trial is queued, or as many run as the study's parallelism allows; ask again.";
