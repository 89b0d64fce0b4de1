import { randomBytes, randomUUID } from "node:crypto";
import { FettleError } from "../../core/errors.ts";
import type { Store } from "../../core/store.ts";
import { drainAgent, getAgent, listAgents, registerAgent } from "./agents.ts";
import { currentAttempt, renewLease, sessionOfAttempt, studyOfTrial } from "./attempts.ts";
import { putCheckpointPart, readCheckpointPart } from "./checkpoint-parts.ts";
import { markDiscards } from "./checkpoint-retention.ts";
import { claim, claimForWorker } from "./claim.ts";
import { sampleCompleted } from "./completed-sample.ts";
import type { Sql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { curves } from "./curves.ts";
import { settleDelivery, takeDeliveries } from "./deliveries.ts";
import { eventPage, eventsAfter, studyEvents } from "./events.ts";
import { finishAttempt } from "./finish-attempt.ts";
import { heartbeat } from "./heartbeat.ts";
import { releaseKey, reserveKey, saveResponse } from "./idempotency.ts";
import { leaderboard } from "./leaderboard.ts";
import { appendLog, readLog } from "./logs.ts";
import { createLru } from "./lru.ts";
import { createMetricNames } from "./metric-names.ts";
import { trialMetrics } from "./metric-series.ts";
import { progress } from "./progress.ts";
import { purge } from "./purge.ts";
import { queue } from "./queue.ts";
import { ratedPoints } from "./rated-points.ts";
import { type ReportedTrial, report } from "./report.ts";
import { isOutage } from "./retry.ts";
import { sampleTrials } from "./sample.ts";
import { savings } from "./savings.ts";
import {
  createStudy,
  deleteStudy,
  getStudy,
  listStudies,
  patchStudy,
  pauseStudy,
  resumeStudy,
  stopStudy,
} from "./studies.ts";
import { noteSweep, poolsToHint, reapLostAttempts, studiesToAdvance } from "./sweep.ts";
import { timeline } from "./timeline.ts";
import { attemptTokenHash, createToken, findToken, listTokens, revokeToken } from "./tokens.ts";
import { enqueueTrial, retryTrial, stopTrial } from "./trial-actions.ts";
import { exportTrials, getTrial, listTrials } from "./trials.ts";
import { withTurn } from "./turn.ts";
import { createWebhook, deleteWebhook, listDeliveries, listWebhooks, webhookTarget } from "./webhooks.ts";

export interface PostgresStoreOptions {
  /** [0, 1): the waits between retries. */
  random?: () => number;
  randomBytes?: (size: number) => Uint8Array;
  randomUuid?: () => string;
  /**
   * Connections for turns, which may wait for a suggestion with a transaction open: of their own, so that claims and
   * reports never stand behind them. Default: the same as all else.
   */
  turns?: Sql;
}

/** The store on PostgreSQL. The schema must be there (`migrate`). */
export function createPostgresStore(sql: Sql, options: PostgresStoreOptions = {}): Store {
  const context: StoreContext = {
    sql,
    random: options.random ?? Math.random,
    randomBytes: options.randomBytes ?? randomBytes,
    randomUuid: options.randomUuid ?? randomUUID,
  };
  const turns: StoreContext = { ...context, sql: options.turns ?? sql };
  const reports = {
    ...context,
    names: createMetricNames(sql),
    trials: createLru<string, ReportedTrial>(5_000),
  };
  const latest = async (studyId: string, number: number, attempt: number | undefined) => {
    const current = await currentAttempt(sql, studyId, number);
    return { trialId: current.trialId, attempt: attempt ?? current.attempt };
  };

  return guarded({
    createStudy: (project, spec, actor, warmStart) => createStudy(context, project, spec, actor, warmStart),
    getStudy: (project, study) => getStudy(sql, project, study),
    listStudies: (project, filter, page) => listStudies(sql, project, filter, page),
    patchStudy: (id, patch, ifVersion, actor) => patchStudy(context, id, patch, ifVersion, actor),
    pauseStudy: (id, actor) => pauseStudy(context, id, actor),
    resumeStudy: (id, actor) => resumeStudy(context, id, actor),
    stopStudy: (id, actor) => stopStudy(context, id, actor),
    deleteStudy: (id) => deleteStudy(context, id),
    studyEvents: (id, query) => studyEvents(sql, id, query),
    leaderboard: (id, limit) => leaderboard(sql, id, limit),
    savings: (id) => savings(sql, id),
    eventsAfter: (after, limit) => eventsAfter(sql, after, limit),

    progress: (studyId, points) => progress(sql, studyId, points),
    sampleTrials: (studyId, query) => sampleTrials(sql, studyId, query),
    curves: (studyId, query) => curves(sql, studyId, query),
    ratedPoints: (studyId, limit) => ratedPoints(sql, studyId, limit),
    sampleCompleted: (studyId, limit) => sampleCompleted(sql, studyId, limit),
    timeline: (studyId, query) => timeline(sql, studyId, query),

    listTrials: (studyId, query, page) => listTrials(sql, studyId, query, page),
    getTrial: (studyId, number) => getTrial(sql, studyId, number),
    enqueueTrial: (studyId, params, point, actor) => enqueueTrial(context, studyId, params, point, actor),
    stopTrial: (studyId, number, actor) => stopTrial(context, studyId, number, actor),
    retryTrial: (studyId, number, actor) => retryTrial(context, studyId, number, actor),
    trialMetrics: async (studyId, number, query) => {
      const { trialId, attempt } = await latest(studyId, number, query.attempt);
      return trialMetrics(sql, trialId, attempt, query);
    },
    readLog: async (studyId, number, query) => {
      const { trialId, attempt } = await latest(studyId, number, query.attempt);
      return readLog(sql, trialId, attempt, query.offset, query.maxBytes);
    },
    exportTrials: (studyId, afterNumber, limit) => exportTrials(sql, studyId, afterNumber, limit),

    claimForWorker: (studyId, worker, count, leaseMs) =>
      claimForWorker(context, studyId, worker, count, leaseMs),
    report: (trialId, attempt, request, actor) => report(reports, trialId, attempt, request, actor),
    appendLog: (trialId, attempt, offset, bytes, capBytes) =>
      appendLog(context, trialId, attempt, offset, bytes, capBytes),
    finishAttempt: (trialId, attempt, result, actor) =>
      finishAttempt(context, trialId, attempt, result, actor),
    renewLease: (trialId, attempt, leaseMs) => renewLease(sql, trialId, attempt, leaseMs),
    currentAttempt: (studyId, number) => currentAttempt(sql, studyId, number),
    studyOfTrial: (trialId) => studyOfTrial(sql, trialId),
    sessionOfAttempt: (trialId, attempt) => sessionOfAttempt(sql, trialId, attempt),

    registerAgent: (request) => registerAgent(context, request),
    claim: (agentId, request, leaseMs) => claim(context, agentId, request, leaseMs),
    heartbeat: (agentId, request, leaseMs) => heartbeat(context, agentId, request, leaseMs),
    putCheckpointPart: (part) => putCheckpointPart(context, part),
    readCheckpointPart: (trialId, attempt, offset) => readCheckpointPart(sql, trialId, attempt, offset),
    listAgents: () => listAgents(sql),
    getAgent: (idOrName) => getAgent(sql, idOrName),
    drainAgent: (id, drain) => drainAgent(sql, id, drain),
    queue: (project, limit) => queue(sql, project, limit),

    withTurn: (studyId, work) => withTurn(turns, studyId, work),
    hasInbox: async (studyId) => {
      const [row] = await sql<
        { waits: boolean }[]
      >`select exists (select 1 from inbox where study_id = ${studyId}) as waits`;
      return row?.waits === true;
    },
    eventPage: (studyId, afterSeq, limit) => eventPage(sql, studyId, afterSeq, limit),

    reapLostAttempts: (graceMs, limit) => reapLostAttempts(context, graceMs, limit),
    noteSweep: (outageMs, leaseMs) => noteSweep(context, outageMs, leaseMs),
    studiesToAdvance: (idleMs, limit) => studiesToAdvance(context, idleMs, limit),
    poolsToHint: (olderThanMs) => poolsToHint(context, olderThanMs),
    markDiscards: () => markDiscards(context),
    purge: () => purge(context),

    createWebhook: (webhook) => createWebhook(sql, webhook),
    listWebhooks: () => listWebhooks(sql),
    deleteWebhook: (id) => deleteWebhook(sql, id),
    webhookTarget: (id) => webhookTarget(sql, id),
    listDeliveries: (webhookId, limit) => listDeliveries(sql, webhookId, limit),
    takeDeliveries: (limit, leaseMs) => takeDeliveries(sql, limit, leaseMs),
    settleDelivery: (id, tries, outcome) => settleDelivery(sql, id, tries, outcome),

    createToken: (token) => createToken(sql, token),
    findToken: (id) => findToken(sql, id),
    attemptTokenHash: (trialId, attempt) => attemptTokenHash(sql, trialId, attempt),
    listTokens: () => listTokens(sql),
    revokeToken: (id) => revokeToken(sql, id),
    reserveKey: (principal, key, requestHash) => reserveKey(sql, principal, key, requestHash),
    saveResponse: (principal, key, status, response) => saveResponse(sql, principal, key, status, response),
    releaseKey: (principal, key) => releaseKey(sql, principal, key),

    ping: async () => {
      await sql`select 1`;
    },
    close: async () => {
      await Promise.all([sql.end(), ...(options.turns === undefined ? [] : [options.turns.end()])]);
    },
  });
}

/** Names an outage as what it is, whichever query met it. */
function guarded(store: Store): Store {
  const entries = Object.entries(store).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await (method as (...args: unknown[]) => Promise<unknown>)(...args);
      } catch (cause) {
        if (!isOutage(cause)) throw cause;
        throw new FettleError("store-unavailable", "PostgreSQL does not answer.", {
          cause,
          hint: "Try again in a few seconds.",
        });
      }
    },
  ]);
  return Object.fromEntries(entries) as Store;
}
