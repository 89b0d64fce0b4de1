import type { Route } from "../route.ts";
import { agentClaim } from "./agent-claim.ts";
import { agentDrain } from "./agent-drain.ts";
import { agentGet } from "./agent-get.ts";
import { agentHeartbeat } from "./agent-heartbeat.ts";
import { agentList } from "./agent-list.ts";
import { agentRegister } from "./agent-register.ts";
import { agentUndrain } from "./agent-undrain.ts";
import { attemptLog } from "./attempt-log.ts";
import { attemptMetrics } from "./attempt-metrics.ts";
import { attemptResult } from "./attempt-result.ts";
import { checkpointAppend } from "./checkpoint-append.ts";
import { checkpointRead } from "./checkpoint-read.ts";
import { errorsGet } from "./errors-get.ts";
import { eventsStream } from "./events-stream.ts";
import { healthLive } from "./health-live.ts";
import { healthReady } from "./health-ready.ts";
import { leaderboardGet } from "./leaderboard-get.ts";
import { metricsGet } from "./metrics-get.ts";
import { openapiGet } from "./openapi-get.ts";
import { queueGet } from "./queue-get.ts";
import { studyCreate } from "./study-create.ts";
import { studyCurves } from "./study-curves.ts";
import { studyDelete } from "./study-delete.ts";
import { studyEvents } from "./study-events.ts";
import { studyExplanation } from "./study-explanation.ts";
import { studyExport } from "./study-export.ts";
import { studyGet } from "./study-get.ts";
import { studyImportance } from "./study-importance.ts";
import { studyList } from "./study-list.ts";
import { studyPatch } from "./study-patch.ts";
import { studyPause } from "./study-pause.ts";
import { studyPreview } from "./study-preview.ts";
import { studyProgress } from "./study-progress.ts";
import { studyResume } from "./study-resume.ts";
import { studySample } from "./study-sample.ts";
import { studySavings } from "./study-savings.ts";
import { studyStop } from "./study-stop.ts";
import { studySurface } from "./study-surface.ts";
import { studyTimeline } from "./study-timeline.ts";
import { studyValidate } from "./study-validate.ts";
import { tokenCreate } from "./token-create.ts";
import { tokenList } from "./token-list.ts";
import { tokenRevoke } from "./token-revoke.ts";
import { trialComplete } from "./trial-complete.ts";
import { trialEnqueue } from "./trial-enqueue.ts";
import { trialGet } from "./trial-get.ts";
import { trialHeartbeat } from "./trial-heartbeat.ts";
import { trialList } from "./trial-list.ts";
import { trialLogs } from "./trial-logs.ts";
import { trialMetrics } from "./trial-metrics.ts";
import { trialReport } from "./trial-report.ts";
import { trialRetry } from "./trial-retry.ts";
import { trialStop } from "./trial-stop.ts";
import { trialSuggest } from "./trial-suggest.ts";
import { versionGet } from "./version-get.ts";
import { webhookCreate } from "./webhook-create.ts";
import { webhookDelete } from "./webhook-delete.ts";
import { webhookDeliveries } from "./webhook-deliveries.ts";
import { webhookList } from "./webhook-list.ts";
import { webhookTest } from "./webhook-test.ts";

/** The registry of routes: adding one is one file and one line here. */
export const routes: readonly Route[] = [
  studyCreate,
  studyDelete,
  studyEvents,
  studyExplanation,
  studyExport,
  studyGet,
  studyImportance,
  studyList,
  studyPatch,
  studyPause,
  studyResume,
  studyStop,
  studyValidate,
  studyPreview,
  trialComplete,
  trialEnqueue,
  trialGet,
  trialHeartbeat,
  trialList,
  trialLogs,
  trialMetrics,
  trialReport,
  trialRetry,
  trialStop,
  trialSuggest,
  leaderboardGet,
  studySavings,
  studyProgress,
  studySample,
  studyCurves,
  studyTimeline,
  studySurface,
  agentClaim,
  agentDrain,
  agentGet,
  agentHeartbeat,
  agentList,
  agentRegister,
  agentUndrain,
  attemptLog,
  attemptMetrics,
  attemptResult,
  checkpointAppend,
  checkpointRead,
  queueGet,
  eventsStream,
  tokenCreate,
  tokenList,
  tokenRevoke,
  webhookCreate,
  webhookDelete,
  webhookDeliveries,
  webhookList,
  webhookTest,
  healthLive,
  healthReady,
  metricsGet,
  versionGet,
  openapiGet,
  errorsGet,
];
