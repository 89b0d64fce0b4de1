import type { Evidence } from "../core/algorithm.ts";
import { createEncoder, type Encoder } from "../core/encode.ts";
import type { StudyEvent } from "../core/event.ts";
import type { InboxEntry, NewEvent, Store, Turn } from "../core/store.ts";
import type { Action } from "./actions.ts";
import { decide } from "./decide.ts";
import { fallbackAnswer, type SearchAnswer, type Searcher } from "./searcher.ts";
import { finished } from "./settle.ts";
import { apply, initialState, type StudyState, type TrialView } from "./state.ts";
import type { StateCache, WarmStudy } from "./state-cache.ts";
import { stopRulesOf } from "./stop-rules.ts";
import { searchDefinition } from "./study-problem.ts";

export interface TurnDeps {
  store: Pick<Store, "withTurn">;
  searcher: Searcher;
  cache: StateCache;
}

/** Whether the search may be asked once more in a turn that asked it `asked` times. A turn that may not leaves the rest to the next. */
export type MayAsk = (asked: number) => boolean;

export type TurnOutcome =
  /**
   * Written: `events` new log entries; `queued` agents that wait for trials of `pool` should look. `more`: something was left for the next turn.
   * `announced`: webhooks are to be told.
   */
  | { type: "committed"; events: number; pool: string; queued: number; more: boolean; announced: boolean }
  /** Nothing to write. `more`: the search was not asked. */
  | { type: "idle"; more: boolean }
  /** The study changed under the turn; nothing was written. Take another. */
  | { type: "changed" }
  /** Another scheduler orders the study now. */
  | { type: "busy" }
  /** The study was deleted. */
  | { type: "gone" };

/** Most events that one turn writes, so that a burst cannot hold the study's lock for long. */
const MAX_EVENTS = 5_000;
/** A turn that read as many of the inbox may have left some. */
const INBOX_PAGE = 1_000;

/**
 * One turn of a study: take it, read what arrived, fold it into the log, decide, and commit everything at once. Two
 * schedulers never interleave, and a crash at any point leaves the log as it was before.
 */
export async function takeTurn(
  deps: TurnDeps,
  studyId: string,
  mayAsk: MayAsk = () => true,
): Promise<TurnOutcome> {
  const outcome = await deps.store.withTurn(studyId, (turn) => runTurn(deps, turn, mayAsk));
  if (outcome === "gone") forget(deps, studyId);
  return typeof outcome === "string" ? { type: outcome } : outcome;
}

async function runTurn(deps: TurnDeps, turn: Turn, mayAsk: MayAsk): Promise<TurnOutcome> {
  const { study } = turn;
  const draft = new Draft(turn, await warmStudy(deps.cache, turn));
  let announced: boolean;
  try {
    for (const entry of turn.inbox) draft.append(factEvent(entry));
    await decideAll(deps, draft, mayAsk);
    if (draft.events.length === 0) {
      keepWarm(deps, draft);
      return { type: "idle", more: draft.unasked };
    }
    const result = await turn.commit(
      draft.events,
      turn.inbox.map((entry) => entry.id),
    );
    if (result === "changed") throw new ChangedError();
    announced = result === "announced";
  } catch (error) {
    // The draft was folded into warm state that the log does not hold.
    forget(deps, study.id);
    if (error instanceof ChangedError) return { type: "changed" };
    throw error;
  }
  keepWarm(deps, draft);
  return committed(draft, announced);
}

class ChangedError extends Error {}

/** Keeps the study's state for its next turn, if there will be one. */
function keepWarm(deps: TurnDeps, { turn, state, warm }: Draft): void {
  if (state.done) {
    forget(deps, turn.study.id);
    return;
  }
  const left = deps.cache.put(turn.study.id, warm);
  // Its search is worth no more room than its state.
  if (left !== null) deps.searcher.forget(left);
}

function forget(deps: TurnDeps, studyId: string): void {
  deps.cache.drop(studyId);
  deps.searcher.forget(studyId);
}

function committed(draft: Draft, announced: boolean): TurnOutcome {
  const { study, inbox } = draft.turn;
  const queued = draft.events.reduce((sum, { body }) => sum + wakes(body.type), 0);
  const more = inbox.length >= INBOX_PAGE || draft.full || draft.unasked;
  const { pool } = study.spec.resources;
  return { type: "committed", events: draft.events.length, pool, queued, more, announced };
}

/** Of the agents that wait, only one holds the checkpoint of a promoted trial: enough are woken to find it, as a rule. */
const WAKES_FOR_PROMOTED = 16;

/** How many waiting agents an event should wake. */
function wakes(type: string): number {
  switch (type) {
    case "trial.scheduled":
    case "trial.requeued":
    case "trial.enqueued":
    case "study.resumed":
      return 1;
    case "trial.promoted":
      return WAKES_FOR_PROMOTED;
    default:
      return 0;
  }
}

/** The study at the head of its log: warm when this process took the last turn, replayed otherwise. */
async function warmStudy(cache: StateCache, turn: Turn): Promise<WarmStudy> {
  const { study } = turn;
  const known = cache.take(study.id);
  const encoder = known?.encoder ?? createEncoder(study.spec);
  const state = known !== null && known.state.seq <= study.lastSeq ? known.state : initialState();
  if (state.seq === study.lastSeq) return { state, encoder };
  for (const event of await turn.events(state.seq)) apply(state, event);
  return { state, encoder };
}

/** Decides until nothing is left to decide, or to ask. */
async function decideAll(deps: TurnDeps, draft: Draft, mayAsk: MayAsk): Promise<void> {
  const { study, now } = draft.turn;
  const stopRules = stopRulesOf(study.spec);
  let reported = reportedTrials(draft.turn.inbox);
  let asked = 0;
  while (!draft.full) {
    const actions = decide({
      spec: study.spec,
      state: draft.state,
      now: Date.parse(now),
      createdAt: Date.parse(study.createdAt),
      created: draft.created,
      stopRules,
      reported,
    });
    if (actions.length === 0) return;
    if (actions.some(({ type }) => type === "propose") && !mayAsk(asked++)) {
      draft.unasked = true;
      return;
    }
    // Judged once: a stop is in the log now, and a trial that goes on is judged again by its next report.
    if (actions.some(isJudgement)) reported = new Map();
    for (const action of actions) await perform(deps, draft, action);
  }
}

async function perform(deps: TurnDeps, draft: Draft, action: Action): Promise<void> {
  if (action.type === "record") {
    draft.append(draft.decision(action.body, action.why));
    return;
  }
  const { study } = draft.turn;
  const answer = await ask(deps.searcher, draft, action.trial);
  const { suggestion, algorithm } = answer;
  switch (suggestion.type) {
    case "start": {
      const { point, budget, parent, why } = suggestion;
      const params = draft.encoder.decode(point);
      const from = parent === undefined ? {} : { parent };
      const body = {
        type: "trial.scheduled",
        trial: action.trial,
        params,
        point,
        budget,
        ...from,
        algorithm,
      };
      draft.append(draft.decision(body as NewEvent["body"], why));
      return;
    }
    case "resume": {
      const { trial, budget, why } = suggestion;
      draft.append(draft.decision({ type: "trial.promoted", trial, budget, algorithm }, why));
      return;
    }
    case "prune": {
      const trial = draft.state.trials.get(suggestion.trial) as TrialView;
      const given = finished(study.spec, trial, "pruned", "pruned", suggestion.why.rule, suggestion.why.text);
      await perform(deps, draft, given);
      return;
    }
    case "exhausted":
      draft.append(draft.decision({ type: "search.exhausted" }, suggestion.why));
      return;
    case "wait":
      draft.append(draft.decision({ type: "search.waiting" }, suggestion.why));
      return;
  }
}

async function ask(searcher: Searcher, draft: Draft, trial: number): Promise<SearchAnswer> {
  const { study } = draft.turn;
  const definition = searchDefinition(study.spec);
  const events = (after: number) => draft.log(after);
  try {
    return await searcher.ask({ studyId: study.id, definition, trial, seq: draft.state.seq, events });
  } catch (cause) {
    return fallbackAnswer(definition, trial, cause);
  }
}

function isJudgement(action: Action): boolean {
  return (
    action.type === "record" &&
    (action.body.type === "trial.stopping" || action.body.type === "trial.held-out")
  );
}

function reportedTrials(inbox: readonly InboxEntry[]): ReadonlyMap<number, number> {
  const least = new Map<number, number>();
  for (const { fact } of inbox) {
    if (fact.type !== "trial.observed") continue;
    for (const { step } of fact.points) least.set(fact.trial, Math.min(step, least.get(fact.trial) ?? step));
  }
  return least;
}

function factEvent(entry: InboxEntry): NewEvent {
  return { actor: entry.actor, time: entry.time, body: entry.fact, why: entry.why };
}

/** The log as this turn would leave it: the stored part, and what was appended since. */
class Draft {
  readonly turn: Turn;
  readonly warm: WarmStudy;
  readonly events: NewEvent[] = [];
  /** The search has something to answer, and was not asked. */
  unasked = false;
  /** The next trial's number. */
  created: number;
  readonly #appended: StudyEvent[] = [];

  constructor(turn: Turn, warm: WarmStudy) {
    this.turn = turn;
    this.warm = warm;
    this.created = turn.study.created;
  }

  get state(): StudyState {
    return this.warm.state;
  }

  get encoder(): Encoder {
    return this.warm.encoder;
  }

  get full(): boolean {
    return this.events.length >= MAX_EVENTS;
  }

  append(event: NewEvent): void {
    const numbered = { seq: this.state.seq + 1, ...event };
    this.events.push(event);
    this.#appended.push(numbered);
    apply(this.state, numbered);
    if (event.body.type === "trial.scheduled") this.created++;
  }

  decision(body: NewEvent["body"], why: Evidence): NewEvent {
    return { actor: "scheduler", time: this.turn.now, body, why };
  }

  /** Events after `seq`, from the store as far as they are stored. */
  async log(after: number): Promise<readonly StudyEvent[]> {
    const stored = this.turn.study.lastSeq;
    if (after >= stored) return this.#appended.slice(after - stored);
    return [...(await this.turn.events(after)), ...this.#appended];
  }
}
