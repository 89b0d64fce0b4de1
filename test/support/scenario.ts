import { afterEach, beforeEach } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import type { StudyResource } from "../../core/resources.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { advanceWith } from "./advance.ts";
import { specOf } from "./simulated-study.ts";
import { COMPLETED, createTestStore, registerTestAgent, type TestAgent, type TestStore } from "./store.ts";

export interface ReportedPoint {
  name: string;
  step?: number;
  value: number | "NaN";
}

/** A store, a scheduler and an agent for each test, and the few moves that most store tests are made of. */
export interface Scenario {
  readonly world: TestStore;
  readonly agent: TestAgent;
  advance(studyId: string): Promise<void>;
  /** A study named "s" with its first trials proposed: at most 10, two at a time. */
  study(input?: Partial<StudySpecInput>): Promise<StudyResource>;
  claimOne(): Promise<Assignment>;
  /** The study "s" as it is now. */
  again(): Promise<StudyResource>;
  report(assignment: Assignment, points: ReportedPoint[]): ReturnType<TestStore["store"]["report"]>;
  finish(assignment: Assignment, result?: object): Promise<boolean>;
}

export function useScenario(): Scenario {
  let world: TestStore;
  let agent: TestAgent;
  let advance: Scenario["advance"];

  beforeEach(async () => {
    world = await createTestStore();
    agent = await registerTestAgent(world.store);
    advance = advanceWith({ store: world.store });
  });
  afterEach(() => world.close());

  return {
    get world() {
      return world;
    },
    get agent() {
      return agent;
    },
    advance: (studyId) => advance(studyId),
    async study(input = {}) {
      const spec = specOf({
        name: "s",
        command: ["true"],
        budget: { maxTrials: 10 },
        parallelism: 2,
        ...input,
      });
      const created = await world.store.createStudy("default", spec, "user:test");
      await advance(created.id);
      return created;
    },
    async claimOne() {
      const [assignment] = await agent.claim();
      if (assignment === undefined) throw new Error("nothing to claim");
      return assignment;
    },
    again: () => world.store.getStudy("default", "s"),
    report: ({ trialId, attempt }, points) => world.store.report(trialId, attempt, { points }, "agent:test"),
    finish: ({ trialId, attempt }, result = {}) =>
      world.store.finishAttempt(trialId, attempt, { ...COMPLETED, ...result }, "agent:test"),
  };
}
