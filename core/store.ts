import type { Evidence, Point } from "./algorithm.ts";
import type { ChartStore, SeriesQuery } from "./chart-store.ts";
import type { Decision, Fact, StudyEvent } from "./event.ts";
import type { Filter } from "./filter.ts";
import type { Json } from "./json.ts";
import type {
  AgentCommand,
  Assignment,
  ClaimRequest,
  HeartbeatRequest,
  RegisterRequest,
  ReportReply,
  ReportRequest,
  ResultRequest,
} from "./protocol.ts";
import type {
  AgentResource,
  EventResource,
  Leaderboard,
  MetricSeries,
  Page,
  QueueItem,
  Scope,
  StudyResource,
  TokenResource,
  TrialDetail,
  TrialResource,
} from "./resources.ts";
import type { Savings } from "./savings.ts";
import type { Params } from "./space.ts";
import type { StudyPatch, StudySpec } from "./study.ts";
import type { StudyEnd, StudyState, TrialState } from "./trial.ts";
import type { WarmStartSource } from "./warm-start.ts";
import type {
  Delivery,
  DeliveryOutcome,
  DeliveryResource,
  NewWebhook,
  WebhookResource,
  WebhookTarget,
} from "./webhook.ts";

/**
 * The port to the one place where truth lies. Every method is one transaction; every claim and transition is a
 * conditional statement in it. Lock order: study, trial, attempt, lease. Times come from the database's clock alone.
 * A method that is handed an id nobody has throws FettleError "not-found".
 */
export interface Store
  extends StudyStore,
    ChartStore,
    TrialStore,
    WorkerStore,
    AgentStore,
    TurnStore,
    SweepStore,
    WebhookStore,
    AccessStore {
  /** Resolves when the database answers; throws FettleError "store-unavailable" otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface PageRequest {
  /** 1 to 1000. */
  limit: number;
  /** From the last page's `nextCursor`. @throws FettleError "invalid-input" when it is not one. */
  cursor?: string;
}

export interface StudyQuery {
  state?: StudyState;
  tag?: string;
  filter?: Filter;
}

export interface EventQuery {
  afterSeq: number;
  /** At most so many: the first of them, or the last where `latest` is set; oldest first either way. */
  limit: number;
  latest?: boolean;
  /** Only what the log says of this trial. */
  trial?: number | undefined;
  /** Only events of these types. */
  types?: readonly string[] | undefined;
}

export interface StudyStore {
  /**
   * Writes the study (state running), the fact `study.created` and those of its warm start. The spec is complete:
   * defaults filled, seed drawn.
   * @throws FettleError "already-exists" when the project has a study of that name.
   */
  createStudy(
    project: string,
    spec: StudySpec,
    actor: string,
    warmStart?: readonly WarmStartSource[],
  ): Promise<StudyResource>;
  /** `study`: name or id. */
  getStudy(project: string, study: string): Promise<StudyResource>;
  /** Newest first. */
  listStudies(project: string, filter: StudyQuery, page: PageRequest): Promise<Page<StudyResource>>;
  /**
   * Applies a merge patch of the limits, with the fact `study.changed`. Running trials are never killed by it.
   * @throws "precondition-failed" when `ifVersion` is not the current version; "conflict" when the study is done;
   *   "invalid-study" when maxTrials would fall below the trials created.
   */
  patchStudy(id: string, patch: StudyPatch, ifVersion: number | null, actor: string): Promise<StudyResource>;
  /** Idempotent. @throws "conflict" when stopping or done. */
  pauseStudy(id: string, actor: string): Promise<StudyResource>;
  /** Idempotent on a running study. */
  resumeStudy(id: string, actor: string): Promise<StudyResource>;
  /** No attempt starts after this returns; running trials are told to stop. Idempotent. */
  stopStudy(id: string, actor: string): Promise<StudyResource>;
  /** Hidden at once, its name free again; leases end, agents are told at their next call; purged by the sweep. */
  deleteStudy(id: string, actor: string): Promise<void>;
  studyEvents(id: string, query: EventQuery): Promise<EventResource[]>;
  /** The best `limit` trials; see `Leaderboard`. Infeasible rows last, then by loss, ties by number. */
  leaderboard(id: string, limit: number): Promise<Leaderboard>;
  /** Hours used, saved and wasted; see core/savings.ts. */
  savings(id: string): Promise<Savings>;
  /** Global stream for SSE, commit-safe: an event never appears before one that was returned. `after`: event id, or null for "from now on". */
  eventsAfter(after: string | null, limit: number): Promise<{ events: EventResource[]; position: string }>;
}

export interface TrialQuery {
  state?: readonly TrialState[];
  /** "number", "-number", "value", "-value" (best first / worst first of the first objective; unmeasured last). */
  order?: "number" | "-number" | "value" | "-value";
  filter?: Filter;
}

export interface TrialStore {
  listTrials(studyId: string, query: TrialQuery, page: PageRequest): Promise<Page<TrialResource>>;
  getTrial(studyId: string, number: number): Promise<TrialDetail>;
  /**
   * Numbers the point under the study's lock and queues it, with the fact `trial.enqueued`.
   * @throws "conflict" when the study takes no more trials (done, stopping, or at maxTrials).
   */
  enqueueTrial(studyId: string, params: Params, point: Point, actor: string): Promise<TrialResource>;
  /** Asks for a running or queued trial's end, by the fact `trial.stop-requested`. Idempotent; a terminal trial is a "conflict". */
  stopTrial(studyId: string, number: number, actor: string): Promise<TrialResource>;
  /** Asks for another attempt of a failed, infeasible or cancelled trial. @throws "conflict" in other states or when the study is done. */
  retryTrial(studyId: string, number: number, actor: string): Promise<TrialResource>;
  /** Each series thinned to `maxPoints` (first, last, min and max of each stretch kept). `attempt`: default the latest. */
  trialMetrics(
    studyId: string,
    number: number,
    query: SeriesQuery & { attempt?: number },
  ): Promise<MetricSeries[]>;
  /** Log bytes from `offset`, at most `maxBytes`. `end`: the attempt is over and nothing follows. `attempt`: default the latest. */
  readLog(
    studyId: string,
    number: number,
    query: { attempt?: number; offset: number; maxBytes: number },
  ): Promise<LogSlice>;
  /** Every trial in number order with its last attempt's deciding metrics, page by page, for exports. */
  exportTrials(studyId: string, afterNumber: number, limit: number): Promise<TrialDetail[]>;
}

export interface LogSlice {
  bytes: Uint8Array;
  offset: number;
  nextOffset: number;
  attempt: number;
  truncatedBytes: number;
  end: boolean;
}

/** Calls of whoever runs an attempt: an agent for its process, the process itself, or an external worker. */
export interface WorkerStore {
  /**
   * Claims queued trials of one study for a worker without an agent; a worker that comes back gets its unfinished
   * trials first. The lease is renewed by every report. Empty when nothing is queued or the study is at its parallelism.
   */
  claimForWorker(studyId: string, worker: string, count: number, leaseMs: number): Promise<Assignment[]>;
  /** Adds points; known (name, step) pairs are kept as they are. Writes the fact `trial.observed` for deciding metrics. @throws "stale-attempt"; "limit-exceeded" past 1000 names. */
  report(trialId: string, attempt: number, report: ReportRequest, actor: string): Promise<ReportReply>;
  /** Appends at `offset`; bytes before the stored end are ignored, a gap is refused with the offset wanted ("conflict"). */
  appendLog(
    trialId: string,
    attempt: number,
    offset: number,
    bytes: Uint8Array,
    capBytes: number,
  ): Promise<{ nextOffset: number }>;
  /** Ends the attempt, with the fact `attempt.ended`. False: the very same result was recorded before. @throws "stale-attempt". */
  finishAttempt(trialId: string, attempt: number, result: ResultRequest, actor: string): Promise<boolean>;
  /** Extends an external worker's lease; of an agent's attempt it only tells whether to stop. @throws "stale-attempt". */
  renewLease(
    trialId: string,
    attempt: number,
    leaseMs: number,
  ): Promise<{ shouldStop: boolean; reason: string | null }>;
  /** The ids behind a study's trial number and its current attempt. */
  currentAttempt(studyId: string, number: number): Promise<{ trialId: string; attempt: number }>;
  /** The study whose trial this is, for scheduling hints and authorisation. */
  studyOfTrial(trialId: string): Promise<{ studyId: string; project: string }>;
  /** The session of the agent that claimed an attempt; null: an external worker did. @throws "not-found". */
  sessionOfAttempt(trialId: string, attempt: number): Promise<string | null>;
}

export interface AgentStore {
  /** The newest session of a name wins; the older one's calls get "stale-session". */
  registerAgent(request: RegisterRequest): Promise<{ agentId: string }>;
  /**
   * One compare-and-set per trial: parallelism, the study's state, the pool, labels and free resources hold at commit.
   * Idempotent by (session, requestId). @throws "agent-unknown", "stale-session".
   */
  claim(agentId: string, request: ClaimRequest, leaseMs: number): Promise<Assignment[]>;
  /**
   * Renews every lease held in one statement; commands for those to stop, `stale` for those no longer its own. `discard`:
   * trials whose checkpoints it may remove, until it says that it has.
   */
  heartbeat(
    agentId: string,
    request: HeartbeatRequest,
    leaseMs: number,
  ): Promise<{ commands: AgentCommand[]; drain: boolean; discard: string[] }>;
  /**
   * Appends to the archive of a checkpoint: bytes before the stored end are ignored, a gap is refused with the offset
   * wanted ("conflict"). @throws "stale-attempt" when the checkpoint is not this agent's, or the trial has gone on since;
   *   "limit-exceeded" past the study's `maxMb`; "agent-unknown", "stale-session".
   */
  putCheckpointPart(part: CheckpointPart): Promise<{ nextOffset: number }>;
  /** Bytes of a complete archive from `offset` on, as many as lie together; none at its end. @throws "not-found". */
  readCheckpointPart(trialId: string, attempt: number, offset: number): Promise<Uint8Array>;
  listAgents(): Promise<AgentResource[]>;
  getAgent(idOrName: string): Promise<AgentResource>;
  /** Asks an agent to take nothing new (or to take again). */
  drainAgent(id: string, drain: boolean): Promise<AgentResource>;
  /** Queued trials in the order in which they would be placed, each with the sentence why it waits. */
  queue(project: string | null, limit: number): Promise<QueueItem[]>;
}

/** A stretch of the archive of a checkpoint directory. */
export interface CheckpointPart {
  agentId: string;
  session: string;
  trialId: string;
  /** The attempt that left the checkpoint. */
  attempt: number;
  /** Of the first byte. */
  offset: number;
  bytes: Uint8Array;
  /** Nothing follows. */
  last: boolean;
}

export interface InboxEntry {
  id: number;
  actor: string;
  /** RFC 3339, UTC: when it arrived. */
  time: string;
  fact: Fact;
  why: Evidence;
}

/** A study as its turn sees it. */
export interface TurnStudy {
  id: string;
  project: string;
  /** With the limits as patched by now. */
  spec: StudySpec;
  state: StudyState;
  end: StudyEnd | null;
  /** Trials ever created = the next trial's number. */
  created: number;
  lastSeq: number;
  version: number;
  createdAt: string;
}

export interface NewEvent {
  actor: string;
  /** When it happened; the turn's own time for decisions. */
  time: string;
  body: Fact | Decision;
  why: Evidence;
}

export interface Turn {
  study: TurnStudy;
  /** Oldest first: the first 1000, and every `trial.enqueued` and `trial.started` behind them. */
  inbox: readonly InboxEntry[];
  /** The database's clock at the turn's start. */
  now: string;
  events(afterSeq: number): Promise<StudyEvent[]>;
  /**
   * Appends the events, applies each decision to the trial and study rows, removes the inbox entries, all in one
   * transaction under the study's row lock; what webhooks are to be told of goes into the outbox. "announced": something
   * did. "changed": the study is no longer what the decisions assumed, or a trial of theirs was claimed meanwhile; nothing
   * was written, take the turn again.
   */
  commit(
    events: readonly NewEvent[],
    inboxIds: readonly number[],
  ): Promise<"committed" | "announced" | "changed">;
}

export interface TurnStore {
  /** Runs `work` while this process alone orders the study (advisory lock). "busy": another one does. "gone": it is not there any more. */
  withTurn<T>(studyId: string, work: (turn: Turn) => Promise<T>): Promise<T | "busy" | "gone">;
  /** Whether facts wait: asked after a turn, so that none that came meanwhile is left behind. */
  hasInbox(studyId: string): Promise<boolean>;
  /** The whole log in order, for verification. */
  eventPage(studyId: string, afterSeq: number, limit: number): Promise<StudyEvent[]>;
}

export interface SweepStore {
  /** Attempts whose lease ended more than `graceMs` ago become lost, with the fact `attempt.ended`. Returns their studies. */
  reapLostAttempts(graceMs: number, limit: number): Promise<string[]>;
  /**
   * Notes that a scheduler is there, before each sweep and during it. When the last note is longer ago than `outageMs` (the
   * service or the database was away), every lease is extended to a full `leaseMs` first, so that nobody is declared lost for our own outage. True: extended.
   */
  noteSweep(outageMs: number, leaseMs: number): Promise<boolean>;
  /** Studies to advance: facts waiting, a limit in time and no turn for `idleMs`, or none for much longer. Marks them as advanced. */
  studiesToAdvance(idleMs: number, limit: number): Promise<string[]>;
  /** Pools with queued trials that were not hinted for `olderThanMs`, with how many; bumps their hint epoch. */
  poolsToHint(olderThanMs: number): Promise<{ pool: string; queued: number; epoch: number }[]>;
  /**
   * Marks the checkpoints that no trial can go on from and that are not among their study's best; their agents are told.
   * Returns how many.
   */
  markDiscards(): Promise<number>;
  /**
   * Deletes what belongs to deleted studies and what is past its keep: idempotency keys (24 h), ended deliveries (7 d),
   * expired tokens. Returns rows removed.
   */
  purge(): Promise<number>;
}

export interface WebhookStore {
  /** `secret`: at least 32 bytes. Events committed after this are announced. */
  createWebhook(webhook: NewWebhook & { id: string; secret: Uint8Array }): Promise<WebhookResource>;
  /** Oldest first. */
  listWebhooks(): Promise<WebhookResource[]>;
  /** With all that waits for it. */
  deleteWebhook(id: string): Promise<void>;
  webhookTarget(id: string): Promise<WebhookTarget>;
  /** Newest first. */
  listDeliveries(webhookId: string, limit: number): Promise<DeliveryResource[]>;
  /**
   * Takes due rows, each for `leaseMs`: of every (webhook, study) at most the earliest that is not done, and of one
   * webhook only a few, so that a slow receiver cannot hold up the others.
   */
  takeDeliveries(limit: number, leaseMs: number): Promise<Delivery[]>;
  /** False: somebody else took the row since, or the webhook is gone; nothing was changed. */
  settleDelivery(id: number, tries: number, outcome: DeliveryOutcome): Promise<boolean>;
}

export type KeyReservation =
  | { type: "new" }
  | { type: "busy" }
  | { type: "abandoned" }
  | { type: "replay"; status: number; response: Json };

export interface AccessStore {
  /** `hash`: SHA-256 of the whole token. `id` is its public part. */
  createToken(token: {
    id: string;
    name: string;
    scope: Scope;
    hash: Uint8Array;
    expiresAt: string | null;
  }): Promise<TokenResource>;
  /** Null when unknown, revoked or expired. Notes the use, at most once a minute. */
  findToken(id: string): Promise<{ id: string; name: string; scope: Scope; hash: Uint8Array } | null>;
  /** Hash of the attempt's own token; null when the attempt is over or not there. */
  attemptTokenHash(trialId: string, attempt: number): Promise<Uint8Array | null>;
  listTokens(): Promise<TokenResource[]>;
  revokeToken(id: string): Promise<TokenResource>;
  /**
   * Reserves (principal, key). "new": carry on and call `saveResponse`. "replay": answer what is stored. "busy": the
   * first request is still under way. "abandoned": it had no answer for a minute; whether it did its work is not known.
   * @throws "idempotency-mismatch" when the key came with another request hash.
   */
  reserveKey(principal: string, key: string, requestHash: string): Promise<KeyReservation>;
  saveResponse(principal: string, key: string, status: number, response: Json): Promise<void>;
  /** After a failure that certainly changed nothing, so that the key may be tried again. */
  releaseKey(principal: string, key: string): Promise<void>;
}
