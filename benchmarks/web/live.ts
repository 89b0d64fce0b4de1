import type { Browser, Page } from "playwright-core";
import { createHttp } from "../service/http.ts";
import { getStudy } from "../service/study.ts";
import { finishTrials, untilSettled } from "./finish-trials.ts";
import { rendererMb } from "./renderer-memory.ts";
import { busySeconds, freshPage, heapMb, type MeasuredPage } from "./stage.ts";

/** What the page may take to show the last event. */
const CALM_MS = 2000;

export interface Stream {
  /** Trials that end each second, and for how long. */
  perSecond: number;
  seconds: number;
}

export interface Live {
  trials: number;
  /** Of the study's events while it was looked at: how many there were, and how many the page was not sent. */
  events: number;
  dropped: number;
  /** Share of the time in which the main thread worked. */
  busy: number;
  /** Whether the page says in the end how many trials there are. */
  upToDate: boolean;
}

/** Looks at a study's overview while trials end. */
export async function watchLive(browser: Browser, url: string, study: string, stream: Stream): Promise<Live> {
  const http = createHttp(url, 64);
  const watched = await openOverview(browser, url, study);
  const before = await getStudy(http, study);
  const [busyBefore, began] = [await busySeconds(watched.cdp), performance.now()];
  const trials = await finishTrials(http, study, stream);
  const after = await untilSettled(http, study, endedIn(before) + trials);
  const busy = ((await busySeconds(watched.cdp)) - busyBefore) / ((performance.now() - began) / 1000);
  await watched.page.waitForTimeout(CALM_MS);
  const sent = await sentTo(watched.page, study);
  // A study's events are numbered without gaps.
  const events = after.lastSeq - before.lastSeq;
  const missing = Array.from({ length: events }, (_, n) => before.lastSeq + 1 + n).filter(
    (seq) => !sent.has(seq),
  );
  const shown = (await watched.page.locator("main").textContent()) ?? "";
  await watched.close();
  http.close();
  return {
    trials,
    events,
    dropped: missing.length,
    busy,
    upToDate: shown.replaceAll(",", "").includes(String(endedIn(after))),
  };
}

export interface MemoryUse {
  events: number;
  /** MB of heap and DOM at even intervals, each after a collection. */
  heap: number[];
  /** MB of private memory of the page's process at the end. */
  process: number;
}

/** The same for long, with the memory taken `samples` times. */
export async function watchMemory(
  browser: Browser,
  url: string,
  study: string,
  stream: Stream,
  samples: number,
): Promise<MemoryUse> {
  const http = createHttp(url, 64);
  const watched = await openOverview(browser, url, study);
  const before = await getStudy(http, study);
  const heap = [await heapMb(watched.cdp)];
  let trials = 0;
  for (let sample = 0; sample < samples; sample++) {
    trials += await finishTrials(http, study, { ...stream, seconds: stream.seconds / samples });
    heap.push(await heapMb(watched.cdp));
  }
  const after = await untilSettled(http, study, endedIn(before) + trials);
  await watched.page.waitForTimeout(CALM_MS);
  heap.push(await heapMb(watched.cdp));
  const process = await rendererMb(browser);
  await watched.close();
  http.close();
  return { events: after.lastSeq - before.lastSeq, heap, process };
}

async function openOverview(browser: Browser, url: string, study: string): Promise<MeasuredPage> {
  const opened = await freshPage(browser);
  await opened.page.goto(`${url}/studies/${study}`);
  await opened.page.locator('section[aria-label="Leaderboard"] tbody tr').first().waitFor();
  await opened.page.getByText("● live").waitFor();
  return opened;
}

const endedIn = ({ counts }: { counts: { completed: number; pruned: number; failed: number } }) =>
  counts.completed + counts.pruned + counts.failed;

async function sentTo(page: Page, study: string): Promise<Set<number>> {
  return new Set(await page.evaluate<number[]>(`[...(receivedEvents.get(${JSON.stringify(study)}) ?? [])]`));
}
