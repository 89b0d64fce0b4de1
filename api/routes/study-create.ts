import { z } from "zod";
import { studyResourceSchema } from "../../core/resources.ts";
import { studySpecSchema } from "../../core/study.ts";
import { assertNone, submissionErrors, submissionWarnings } from "../check-submission.ts";
import { studyChanged } from "../context.ts";
import { projectPath, STUDIES_URL } from "../paths.ts";
import { actorOf } from "../principal.ts";
import { defineRoute } from "../route.ts";
import { withSeed } from "../seed.ts";
import { warmStartSources } from "../warm-start.ts";
import { warningSchema } from "../warning.ts";

export const studyCreate = defineRoute({
  id: "createStudy",
  method: "POST",
  url: STUDIES_URL,
  tag: "studies",
  summary: "Create a study and start it",
  description:
    "Refused with `invalid-study` when it could never run as written, every reason listed. `warnings` says what will " +
    "run otherwise than its author may think, as when no agent is up that could take its trials.",
  access: "write",
  idempotent: true,
  params: projectPath,
  body: studySpecSchema,
  reply: { status: 201, schema: studyResourceSchema.extend({ warnings: z.array(warningSchema) }) },
  async handle(context, { params, body, principal, reply }) {
    const { store, randomBytes } = context;
    const spec = withSeed(body, randomBytes);
    assertNone(submissionErrors(spec));
    const { sources, errors } = await warmStartSources(store, params.project, spec);
    assertNone(errors);
    const agents = spec.command ? await store.listAgents() : [];
    const study = await store.createStudy(params.project, spec, actorOf(principal), sources);
    studyChanged(context, study.id);
    reply.header("location", `/v1/projects/${params.project}/studies/${study.name}`);
    reply.header("etag", `"${study.version}"`);
    return { ...study, warnings: submissionWarnings(spec, agents) };
  },
});
