import { z } from "zod";
import { createEncoder } from "../../core/encode.ts";
import { FettleError } from "../../core/errors.ts";
import { paramsSchema, trialResourceSchema } from "../../core/resources.ts";
import { studyChanged } from "../context.ts";
import { EXAMPLE_PARAMS } from "../examples.ts";
import { studyPath, TRIALS_URL } from "../paths.ts";
import { actorOf } from "../principal.ts";
import { defineRoute } from "../route.ts";

export const trialEnqueue = defineRoute({
  id: "enqueueTrial",
  method: "POST",
  url: TRIALS_URL,
  tag: "trials",
  summary: "Queue a point by hand",
  description:
    "It counts towards the study's limits, and the search learns from it. Fixed values and declared defaults may be left out.",
  access: "write",
  idempotent: true,
  params: studyPath,
  body: z.strictObject({ params: paramsSchema }).meta({ examples: [{ params: EXAMPLE_PARAMS }] }),
  reply: { status: 201, schema: trialResourceSchema },
  async handle(context, { params, body, principal, reply }) {
    const { store } = context;
    const study = await store.getStudy(params.project, params.study);
    const encoder = createEncoder(study.spec);
    const complete = encoder.complete(body.params);
    const fields = encoder
      .checkParams(complete)
      .map((field) => ({ ...field, pointer: `/params${field.pointer}` }));
    if (fields.length > 0) throw new FettleError("invalid-params", fields[0]!.message, { fields });
    const trial = await store.enqueueTrial(study.id, complete, encoder.encode(complete), actorOf(principal));
    studyChanged(context, study.id);
    reply.header("location", `/v1/projects/${params.project}/studies/${study.name}/trials/${trial.number}`);
    return trial;
  },
});
