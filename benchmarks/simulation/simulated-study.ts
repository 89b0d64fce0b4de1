import { randomUUID } from "node:crypto";
import type { AttemptEnd, Fact, StudyEvent } from "../../core/event.ts";
import type { InboxEntry, NewEvent, Store, TurnStudy } from "../../core/store.ts";
import type { StudySpec } from "../../core/study.ts";
import { createLocalSearcher, type Searcher } from "../../scheduler/searcher.ts";
import { createStateCache } from "../../scheduler/state-cache.ts";
import { type TurnDeps, takeTurn } from "../../scheduler/turn.ts";

/** One study in memory behind the turn port: the deployed scheduler code runs on it with a clock of its own. */
export class SimulatedStudy {
  readonly log: StudyEvent[] = [];
  readonly study: TurnStudy;
  now = Date.parse("2026-01-01T00:00:00.000Z");
  deps: TurnDeps;
  #inbox: InboxEntry[] = [];
  #nextInbox = 1;
  readonly #newSearcher: () => Searcher;

  constructor(spec: StudySpec, newSearcher: () => Searcher = createLocalSearcher) {
    this.#newSearcher = newSearcher;
    this.study = {
      id: randomUUID(),
      project: "default",
      spec,
      state: "running",
      end: null,
      created: 0,
      lastSeq: 0,
      version: 1,
      createdAt: new Date(this.now).toISOString(),
    };
    this.deps = this.#freshDeps();
    this.fact({
      type: "study.created",
      maxTrials: spec.budget.maxTrials ?? null,
      parallelism: spec.parallelism,
    });
  }

  /** As after a crash of the scheduler: all warm state is gone. */
  restart(): void {
    this.deps = this.#freshDeps();
  }

  fact(fact: Fact, inputs: Record<string, unknown> = {}): void {
    const why = { rule: fact.type, inputs, text: fact.type };
    this.#inbox.push({
      id: this.#nextInbox++,
      actor: "test",
      time: new Date(this.now).toISOString(),
      fact,
      why,
    });
  }

  async turn(): Promise<NewEvent["body"][]> {
    const before = this.log.length;
    await takeTurn(this.deps, this.study.id);
    return this.log.slice(before).map((event) => event.body);
  }

  start(trial: number, attempt = 1): void {
    this.fact({ type: "trial.started", trial, attempt, worker: "w", gpus: [] });
  }

  observe(
    trial: number,
    values: readonly number[],
    options: { attempt?: number; metric?: string; from?: number } = {},
  ): void {
    const { attempt = 1, metric = "loss", from = 1 } = options;
    const points = values.map((value, index) => ({
      name: metric,
      step: from + index,
      value: Number.isFinite(value) ? value : (String(value) as "NaN"),
    }));
    this.fact({ type: "trial.observed", trial, attempt, points });
  }

  end(trial: number, end: Partial<AttemptEnd>, attempt = 1, seenMetrics: readonly string[] = []): void {
    const full: AttemptEnd = {
      outcome: "completed",
      failureClass: null,
      exitCode: 0,
      signal: null,
      message: null,
      seconds: 1,
      gpuSeconds: 0,
      ...end,
    };
    this.fact({ type: "attempt.ended", trial, attempt, end: full }, { seenMetrics });
  }

  /** The last event of this type about this trial. */
  last(type: string, trial?: number): StudyEvent | undefined {
    return this.log.findLast(
      ({ body }) => body.type === type && (trial === undefined || ("trial" in body && body.trial === trial)),
    );
  }

  #freshDeps(): TurnDeps {
    return { store: this.#store(), searcher: this.#newSearcher(), cache: createStateCache(8) };
  }

  #store(): Pick<Store, "withTurn"> {
    return {
      withTurn: (_id, work) =>
        work({
          study: { ...this.study },
          inbox: [...this.#inbox],
          now: new Date(this.now).toISOString(),
          events: async (after) => this.log.slice(after),
          commit: async (events, inboxIds) => {
            for (const event of events) this.#append(event);
            this.#inbox = this.#inbox.filter((entry) => !inboxIds.includes(entry.id));
            return "committed";
          },
        }),
    };
  }

  #append(event: NewEvent): void {
    // Through JSON, as in the database: what does not survive that must not be in an event.
    this.log.push(JSON.parse(JSON.stringify({ seq: ++this.study.lastSeq, ...event })));
    if (event.body.type === "trial.scheduled" || event.body.type === "trial.enqueued") this.study.created++;
    if (event.body.type === "study.done") this.study.state = "done";
  }
}
