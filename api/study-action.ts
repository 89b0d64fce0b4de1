import type { StudyResource } from "../core/resources.ts";
import { type Context, studyChanged } from "./context.ts";
import { actorOf } from "./principal.ts";
import type { Call } from "./route.ts";

type StudyCall = Call<{ project: string; study: string }, undefined, undefined>;

/** The handler of an action upon one study. */
export function studyAction(act: (context: Context, id: string, actor: string) => Promise<StudyResource>) {
  return async (context: Context, { params, principal, reply }: StudyCall): Promise<StudyResource> => {
    const { id } = await context.store.getStudy(params.project, params.study);
    const study = await act(context, id, actorOf(principal));
    studyChanged(context, id);
    reply.header("etag", `"${study.version}"`);
    return study;
  };
}
