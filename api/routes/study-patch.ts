import { z } from "zod";
import { jsonSchema } from "../../core/json.ts";
import { studyResourceSchema } from "../../core/resources.ts";
import { studyPatchSchema } from "../../core/study.ts";
import { assertChangeable } from "../check-submission.ts";
import { studyChanged } from "../context.ts";
import { ifMatch } from "../if-match.ts";
import { changesOf, patchedSpec } from "../merge-patch.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { actorOf } from "../principal.ts";
import { flag } from "../query.ts";
import { defineRoute } from "../route.ts";

const changeSchema = z.object({
  pointer: z.string(),
  from: jsonSchema.describe("null: not set."),
  to: jsonSchema.describe("null: removed."),
});

export const studyPatch = defineRoute({
  id: "patchStudy",
  method: "PATCH",
  url: STUDY_URL,
  tag: "studies",
  summary: "Change a study's limits while it runs",
  description:
    "A JSON merge patch. With `If-Match` (the ETag of a GET) it is applied only to the version that was read. " +
    "With `dryRun=true` nothing changes and the reply lists what would.",
  access: "write",
  params: studyPath,
  query: z.strictObject({ dryRun: flag("Only say what would change.") }),
  body: studyPatchSchema,
  bodyType: "merge-patch",
  reply: {
    status: 200,
    schema: z.union([
      studyResourceSchema,
      z.object({ dryRun: z.literal(true), changes: z.array(changeSchema) }),
    ]),
  },
  async handle(context, { params, query, body, principal, request, reply }) {
    const { store } = context;
    const ifVersion = ifMatch(request);
    const study = await store.getStudy(params.project, params.study);
    const spec = patchedSpec(study.spec, body);
    assertChangeable(study.spec, spec);
    if (query.dryRun) return { dryRun: true as const, changes: changesOf(study.spec, spec) };
    const changed = await store.patchStudy(study.id, body, ifVersion, actorOf(principal));
    studyChanged(context, study.id);
    reply.header("etag", `"${changed.version}"`);
    return changed;
  },
});
