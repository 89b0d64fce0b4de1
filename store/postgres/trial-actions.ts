import type { Point } from "../../core/algorithm.ts";
import { FettleError } from "../../core/errors.ts";
import type { Fact } from "../../core/event.ts";
import type { TrialResource } from "../../core/resources.ts";
import { trialSeed } from "../../core/rng.ts";
import type { Params } from "../../core/space.ts";
import type { TrialState } from "../../core/trial.ts";
import type { StoreContext } from "./context.ts";
import { addFacts } from "./inbox.ts";
import { lockStudy } from "./studies.ts";
import { readTrial } from "./trials.ts";

export async function enqueueTrial(
  context: StoreContext,
  studyId: string,
  params: Params,
  point: Point,
  actor: string,
): Promise<TrialResource> {
  return context.sql.begin(async (tx) => {
    const study = await lockStudy(tx, studyId);
    if (study.state === "done" || study.state === "stopping")
      throw new FettleError("conflict", `The study is ${study.state}; it takes no more trials.`);
    const { maxTrials } = study.spec.budget;
    if (maxTrials !== undefined && study.created >= maxTrials) {
      throw new FettleError("conflict", `All ${maxTrials} trials of the study are created.`, {
        hint: "Raise budget.maxTrials first.",
      });
    }
    const number = study.created;
    const text = `Added by ${actor}.`;
    await tx`
      insert into trials (id, study_id, number, params, point, origin, seed, proposed, reason_code, reason_text)
      values (${context.randomUuid()}, ${studyId}, ${number}, ${tx.json(params)}, ${tx.json(point)}, 'user',
              ${trialSeed(study.spec.seed, number)}, ${text}, 'queued', 'Waits for a free agent.')`;
    // The version tells a turn under way that the next number is taken.
    await tx`update studies set created = created + 1, queued = queued + 1, version = version + 1 where id = ${studyId}`;
    await addFacts(tx, [
      {
        studyId,
        actor,
        fact: { type: "trial.enqueued", trial: number, params, point, origin: "user" },
        text,
      },
    ]);
    return readTrial(tx, studyId, number);
  });
}

const STOPPABLE: ReadonlySet<TrialState> = new Set(["queued", "running", "paused"]);
const RETRYABLE: ReadonlySet<TrialState> = new Set(["failed", "infeasible", "cancelled"]);

export const stopTrial = (context: StoreContext, studyId: string, number: number, actor: string) =>
  ask(
    context,
    studyId,
    number,
    actor,
    STOPPABLE,
    { type: "trial.stop-requested", trial: number },
    `Stop asked for by ${actor}.`,
  );

export const retryTrial = (context: StoreContext, studyId: string, number: number, actor: string) =>
  ask(
    context,
    studyId,
    number,
    actor,
    RETRYABLE,
    { type: "trial.retry-requested", trial: number },
    `Retry asked for by ${actor}.`,
  );

async function ask(
  { sql }: StoreContext,
  studyId: string,
  number: number,
  actor: string,
  allowed: ReadonlySet<TrialState>,
  fact: Fact,
  text: string,
): Promise<TrialResource> {
  return sql.begin(async (tx) => {
    const study = await lockStudy(tx, studyId);
    const trial = await readTrial(tx, studyId, number);
    if (study.state === "done")
      throw new FettleError("conflict", "The study is done; its trials no longer change.");
    if (!allowed.has(trial.state)) {
      throw new FettleError("conflict", `Trial ${number} is ${trial.state}.`, {
        hint: `This works for trials that are ${[...allowed].join(", ")}.`,
      });
    }
    await addFacts(tx, [{ studyId, actor, fact, text }]);
    return trial;
  });
}
