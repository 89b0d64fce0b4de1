import type { Auth } from "./auth.ts";
import type { Dispatch } from "./dispatch.ts";
import type { EventHub } from "./event-hub.ts";
import type { Hints } from "./hints.ts";
import type { ImportanceCache } from "./importance-cache.ts";
import type { Lookup } from "./lookup.ts";
import type { Services } from "./services.ts";
import type { StudyWaits } from "./study-waits.ts";
import type { Telemetry } from "./telemetry.ts";
import type { Waiting } from "./waiting.ts";

/** What a route's handler works with. */
export interface Context extends Services {
  tokens: Auth;
  hints: Hints;
  dispatch: Dispatch;
  studyWaits: StudyWaits;
  waiting: Waiting;
  events: EventHub;
  lookup: Lookup;
  importance: ImportanceCache;
  telemetry: Telemetry;
  /** The OpenAPI document, as JSON text. */
  openapi: () => string;
  /** Aborted when the process is about to end: whoever waits answers at once. */
  closing: AbortSignal;
}

/** After a commit that the scheduler or a waiting worker wants to know of. */
export function studyChanged(context: Context, studyId: string): void {
  context.hints.advance(studyId);
  context.studyWaits.notify(studyId);
}
