import type { EventResource, Page, StudyResource } from "../core/resources.ts";
import type { Client } from "./client.ts";
import { studyPath } from "./paths.ts";
import { patiently, pause } from "./patiently.ts";

const POLL_MS = 500;
const PAGE = 1000;

/** A study's log from its first event to its last, each exactly once, until the study is done or the signal aborts. */
export async function* followLog(
  client: Client,
  project: string,
  study: string,
  signal: AbortSignal,
): AsyncIterable<EventResource> {
  const path = studyPath(project, study);
  let cursor: string | undefined;
  while (!signal.aborted) {
    // Asked before the events are: what came later is read once more.
    const { state, lastSeq } = await patiently(() => client.get<StudyResource>(path), signal);
    const page = await patiently(
      () => client.get<Page<EventResource>>(`${path}/events`, { cursor, limit: PAGE }),
      signal,
    );
    yield* page.items;
    const last = page.items.at(-1)?.seq ?? Number(cursor ?? 0);
    cursor = String(last);
    if (state === "done" && last >= lastSeq) return;
    if (page.items.length < PAGE) await pause(POLL_MS, signal);
  }
}
