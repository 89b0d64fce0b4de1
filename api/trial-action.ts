import type { TrialResource } from "../core/resources.ts";
import { type Context, studyChanged } from "./context.ts";
import { actorOf } from "./principal.ts";
import type { Call } from "./route.ts";

type TrialCall = Call<{ project: string; study: string; number: number }, undefined, undefined>;
type Act = (context: Context, studyId: string, number: number, actor: string) => Promise<TrialResource>;

/** The handler of an action upon one trial. */
export function trialAction(act: Act) {
  return async (context: Context, { params, principal }: TrialCall): Promise<TrialResource> => {
    const { id } = await context.store.getStudy(params.project, params.study);
    const trial = await act(context, id, params.number, actorOf(principal));
    studyChanged(context, id);
    return trial;
  };
}
