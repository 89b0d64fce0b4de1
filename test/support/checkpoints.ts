import type { Decision } from "../../core/event.ts";
import type { Assignment } from "../../core/protocol.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { specOf } from "./simulated-study.ts";
import {
  COMPLETED,
  createTestStore,
  HOST,
  registerTestAgent,
  type TestAgent,
  type TestStore,
} from "./store.ts";

/** A study whose trials pause and go on, in a real store, with every decision of its scheduler taken by the test. */
export interface CheckpointWorld extends TestStore {
  readonly studyId: string;
  /** Forgets everything, for the next test; a new database would take ten times as long. */
  reset(fidelity?: Partial<FidelityInput>): Promise<void>;
  /** An agent, there by that name. */
  agentNamed(name: string): Promise<TestAgent>;
  /** Its last heartbeat is long ago. */
  silence(name: string): Promise<void>;
  /** Writes decisions as a turn does, and empties the inbox. */
  decide(...decisions: Decision[]): Promise<void>;
  /** A new trial is queued. */
  schedule(trial: number, options?: { parent?: number; budget?: number }): Promise<void>;
  /** The attempt has reported up to `step` and ended with a checkpoint; null: without one. */
  end(
    assignment: Assignment,
    step: number,
    checkpoint?: { bytes: number; shared: boolean } | null,
  ): Promise<void>;
  pause(trial: number, loss?: number): Promise<void>;
  promote(trial: number, budget?: number): Promise<void>;
  finish(trial: number, loss: number | null): Promise<void>;
  requeue(trial: number): Promise<void>;
  /** The sentence and the inputs with which the trial was placed last. */
  placed(trial: number): Promise<{ text: string; inputs: Record<string, unknown> }>;
  /** The discards that the agent is told, `discarded` in its heartbeat. */
  beat(agent: TestAgent, discarded?: string[]): Promise<string[]>;
  /** Numbers of the trials whose checkpoints are kept. */
  kept(): Promise<number[]>;
}

const BY = { name: "random", version: 1 };

type FidelityInput = NonNullable<StudySpecInput["fidelity"]>;

/** Call `reset` before the first test. */
export async function openCheckpointWorld(): Promise<CheckpointWorld> {
  const world = await createTestStore();
  const { store, sql } = world;
  let studyId = "";
  const decide: CheckpointWorld["decide"] = async (...decisions) => {
    const written = await store.withTurn(studyId, ({ now, inbox, commit }) =>
      commit(
        decisions.map((body) => ({
          actor: "test",
          time: now,
          body,
          why: { rule: body.type, inputs: {}, text: "The test said so." },
        })),
        inbox.map(({ id }) => id),
      ),
    );
    if (written !== "committed") throw new Error(`the decisions were not written: ${written}`);
  };
  return {
    ...world,
    get studyId() {
      return studyId;
    },
    async reset(fidelity = {}) {
      for (const table of ["studies", "agents", "checkpoints"]) await sql`delete from ${sql(table)}`;
      const spec = specOf({
        name: "s",
        command: ["true"],
        parallelism: 100,
        fidelity: { max: 27, unit: "epoch", ...fidelity },
      });
      studyId = (await store.createStudy("default", spec, "user:test")).id;
    },
    decide,
    agentNamed: (name) => registerTestAgent(store, { name }),
    async silence(name) {
      await sql`update agent_presence set last_seen_at = now() - interval '10 minutes' where agent_id in (select id from agents where name = ${name})`;
    },
    schedule: (trial, { parent, budget = 9 } = {}) =>
      decide({
        type: "trial.scheduled",
        trial,
        params: { x: 0.5 },
        point: [0.5],
        budget,
        ...(parent === undefined ? {} : { parent }),
        algorithm: BY,
      }),
    async end({ trialId, attempt }, step, checkpoint = { bytes: 1000, shared: false }) {
      await store.report(
        trialId,
        attempt,
        {
          points: [
            { name: "loss", step, value: 1 },
            { name: "noise", step: 1e9, value: 1 },
          ],
        },
        "agent:test",
      );
      await store.finishAttempt(
        trialId,
        attempt,
        { ...COMPLETED, ...(checkpoint === null ? {} : { checkpoint }) },
        "agent:test",
      );
    },
    pause: (trial, loss = 1) =>
      decide({ type: "trial.paused", trial, budget: 9, values: [loss], losses: [loss], violations: [] }),
    promote: (trial, budget = 27) => decide({ type: "trial.promoted", trial, budget, algorithm: BY }),
    finish: (trial, loss) =>
      decide({
        type: "trial.finished",
        trial,
        state: loss === null ? "failed" : "completed",
        values: [loss],
        losses: loss === null ? null : [loss],
        violations: [],
        failureClass: null,
      }),
    requeue: (trial) => decide({ type: "trial.requeued", trial, cause: "lost" }),
    async placed(trial) {
      const [row] = await sql<{ why: { text: string; inputs: Record<string, unknown> } }[]>`
        select why from inbox where fact ->> 'type' = 'trial.started' and (fact ->> 'trial')::int = ${trial} order by id desc limit 1`;
      if (row === undefined) throw new Error(`trial ${trial} was not placed`);
      return row.why;
    },
    async beat(agent, discarded) {
      const request = {
        session: agent.session,
        state: "up" as const,
        held: [],
        ...(discarded ? { discarded } : {}),
      };
      return (await store.heartbeat(agent.id, request, 60_000)).discard;
    },
    async kept() {
      const rows = await sql<{ number: number }[]>`
        select t.number from checkpoints c join trials t on t.id = c.trial_id where not c.discard order by t.number`;
      return rows.map(({ number }) => number);
    },
  };
}

/** The one trial that the agent gets. @throws when there is none */
export async function takeOne(agent: TestAgent): Promise<Assignment> {
  const [assignment] = await agent.claim({ free: HOST });
  if (assignment === undefined) throw new Error("nothing to claim");
  return assignment;
}
