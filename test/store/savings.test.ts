import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import { FRUITLESS, RESULTLESS } from "../../core/savings.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { TRIAL_STATES } from "../../core/trial.ts";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { advance, again, claimOne, finish, report, study } = scenario;

interface TrialRow {
  number: number;
  state: string;
  held_out: boolean;
  loss: number | null;
  seconds: number;
  fruitless: number;
  step: number | null;
}

/** Every trial of the study, read whole. */
function trialsOf(studyId: string): Promise<TrialRow[]> {
  return scenario.world.sql<TrialRow[]>`
    select t.number, t.state, t.held_out, t.losses[1] as loss,
           (select max(step) from metric_points p join metric_names n on n.id = p.name_id
            where p.trial_id = t.id and n.name = 'loss') as step,
           coalesce(sum(extract(epoch from a.ended_at - a.started_at)), 0)::float8 as seconds,
           coalesce(sum(extract(epoch from a.ended_at - a.started_at))
             filter (where a.outcome = any(${FRUITLESS as string[]}::text[])), 0)::float8 as fruitless
    from trials t left join attempts a on a.trial_id = t.id where t.study_id = ${studyId} group by t.id`;
}

const digits = (value: number) => Number(value.toPrecision(3));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** What core/savings.ts promises, from all trials at once. In seconds. */
function foldOf(trials: readonly TrialRow[], fullSteps: number | null) {
  const own = (trial: TrialRow) => trial.seconds - trial.fruitless;
  const completed = trials.filter(({ state }) => state === "completed");
  const steps = fullSteps ?? median(completed.flatMap(({ step }) => (step === null ? [] : [digits(step)])));
  const seconds = median(completed.map((trial) => digits(own(trial)))) ?? 0;
  const pruned = trials.filter(({ state }) => state === "pruned");
  const stepless = pruned.filter(({ step }) => steps === null || step === null || step <= 0);
  const paced = pruned.filter((trial) => !stepless.includes(trial));
  // Those that took the same time, to three digits, count together.
  const alike = new Map<string, TrialRow[]>();
  for (const trial of stepless) {
    const key = `${(trial.step ?? 0) > 0} ${digits(own(trial))}`;
    alike.set(key, [...(alike.get(key) ?? []), trial]);
  }
  const rated = completed.flatMap(({ loss }) => (loss === null ? [] : [loss])).sort((a, b) => a - b);
  const tenth = rated[Math.floor((rated.length - 1) / 10)] ?? Number.NEGATIVE_INFINITY;
  const heldOut = completed.filter((trial) => trial.held_out);
  const resultless = (trial: TrialRow) => RESULTLESS.includes(trial.state as (typeof RESULTLESS)[number]);
  return {
    used: sum(trials.map((trial) => trial.seconds)),
    wasted: sum(trials.map((trial) => (resultless(trial) ? trial.seconds : trial.fruitless))),
    saved:
      sum(
        paced.map((trial) => (own(trial) * Math.max(0, steps! - digits(trial.step!))) / digits(trial.step!)),
      ) + sum([...alike.values()].map((group) => Math.max(0, seconds * group.length - sum(group.map(own))))),
    pruned: sum(pruned.map(own)),
    heldOut: trials.filter((trial) => trial.held_out).length,
    completed: heldOut.length,
    wrong: heldOut.filter(({ loss }) => loss !== null && loss <= tenth).length,
    rated: rated.length,
    median: median(rated),
  };
}

async function expectFold(studyId: string, fullSteps: number | null = null) {
  const { store } = scenario.world;
  const trials = await trialsOf(studyId);
  const fold = foldOf(trials, fullSteps);
  const { hours, holdout } = await store.savings(studyId);
  expect(hours.used * 3600).toBeCloseTo(fold.used, 6);
  expect(hours.wasted * 3600).toBeCloseTo(fold.wasted, 6);
  expect(hours.saved * 3600).toBeCloseTo(fold.saved, 6);
  if (holdout !== null)
    expect(holdout).toMatchObject({ heldOut: fold.heldOut, completed: fold.completed, wrong: fold.wrong });
  const { totals } = await store.timeline(studyId, { limit: 1 });
  expect(totals.failed).toBeCloseTo(fold.wasted, 6);
  expect(totals.pruned).toBeCloseTo(fold.pruned, 6);
  expect(totals.useful).toBeCloseTo(fold.used - fold.wasted - fold.pruned, 6);
  expect(await store.leaderboard(studyId, 1)).toMatchObject({
    measured: fold.rated,
    medianValue: fold.median,
  });
  const { counts } = await store.getStudy("default", studyId);
  for (const state of TRIAL_STATES)
    expect([state, counts[state]]).toEqual([state, trials.filter((trial) => trial.state === state).length]);
  return fold;
}

const ENDS = {
  complete: {},
  fail: { outcome: "failed", failureClass: "user-error", exitCode: 1 },
  "hand back": { outcome: "requeue", exitCode: 75 },
  cancel: { outcome: "stopped", exitCode: null },
  "retry a failed one": {},
} as const;

interface Move {
  fate: keyof typeof ENDS;
  /** Null: it reports nothing. */
  step: number | null;
  /** How long the attempt took. */
  seconds: number;
  /** Above 1 the trial is to be pruned, or held out. */
  value: number;
}

const move: fc.Arbitrary<Move> = fc.record({
  fate: fc.constantFrom<Move["fate"]>(
    "complete",
    "complete",
    "complete",
    "fail",
    "hand back",
    "cancel",
    "retry a failed one",
  ),
  step: fc.constantFrom(null, -1, 0, 1, 2, 3, 8, 1234.5),
  seconds: fc.integer({ min: 1, max: 100_000 }).map((tenths) => tenths / 10),
  value: fc.integer({ min: -3, max: 3 }),
});

/** Runs the next trial to that end, as an agent would; or has one that failed tried again. */
async function play(studyId: string, { fate, step, seconds, value }: Move): Promise<void> {
  const { store } = scenario.world;
  if (fate === "retry a failed one") {
    const retried = (await trialsOf(studyId)).find(
      ({ state }) => state === "failed" || state === "cancelled",
    );
    if (retried !== undefined) await store.retryTrial(studyId, retried.number, "user:test");
    return advance(studyId);
  }
  const running = await claimOne();
  await lasted(running, seconds);
  if (step !== null) await report(running, [{ name: "loss", step, value }]);
  if (fate === "cancel") await store.stopTrial(studyId, running.trial, "user:test");
  await advance(studyId);
  await finish(running, (await isStopped(running)) ? ENDS.cancel : ENDS[fate]);
  await expectFold(studyId);
  await advance(studyId);
}

async function lasted({ trialId, attempt }: Assignment, seconds: number): Promise<void> {
  await scenario.world.sql`
    update attempts set started_at = now() - ${seconds} * interval '1 second', gpus = '{0}'
    where trial_id = ${trialId} and attempt = ${attempt}`;
}

async function isStopped({ trialId }: Assignment): Promise<boolean> {
  const [row] = await scenario.world.sql<{ stopped: boolean }[]>`
    select stop_kind is not null as stopped from trials where id = ${trialId}`;
  return row!.stopped;
}

const PLAIN: Partial<StudySpecInput> = {
  algorithm: { name: "random" },
  parallelism: 1,
  budget: { maxTrials: 1000 },
  retry: { maxRetries: 1 },
};

describe("the savings that turns keep", () => {
  test("are those of all trials at once, whatever becomes of these", async () => {
    let studies = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 8, maxLength: 30 }), async (moves) => {
        const earlyStopping = { name: "threshold", config: { worseThan: 1 }, holdout: 0.5 };
        const { id } = await study({ ...PLAIN, name: `s${studies++}`, earlyStopping });
        for (const next of moves) {
          await play(id, next);
          await expectFold(id);
        }
        await scenario.world.store.stopStudy(id, "user:test");
        await advance(id);
      }),
      { numRuns: 6 },
    );
  });

  test("are so for trials that pause at rungs, of which a full training goes to the largest budget", async () => {
    const fidelity = { unit: "epoch", min: 1, max: 9, eta: 3 };
    const { id } = await study({ ...PLAIN, fidelity, budget: { maxTrials: 9 } });
    for (let n = 0; n < 40 && (await again()).state !== "done"; n++) {
      const running = await claimOne();
      await lasted(running, 10 + n);
      await report(running, [{ name: "loss", step: running.budget ?? 9, value: (running.trial * 5) % 9 }]);
      await finish(running);
      await advance(id);
      await expectFold(id, 9);
    }
    expect((await expectFold(id, 9)).saved).toBeGreaterThan(0);
  });

  test("count an attempt that runs up to now, and one that has ended before its turn comes", async () => {
    const { id } = await study(PLAIN);
    const running = await claimOne();
    await lasted(running, 100);
    const { store } = scenario.world;
    expect((await store.savings(id)).hours.used * 3600).toBeCloseTo(100, 0);
    await finish(running, ENDS.fail);
    const { hours } = await store.savings(id);
    expect(hours.used * 3600).toBeCloseTo(100, 0);
    expect(hours.wasted).toBe(hours.used);
    await advance(id);
    expect((await store.savings(id)).hours).toEqual(hours);
  });
});
