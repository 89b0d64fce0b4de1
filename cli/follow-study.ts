import { fromWire } from "../core/number.ts";
import type { EventResource, MetricSeries, Page, StudyResource, TrialDetail } from "../core/resources.ts";
import type { Client } from "./client.ts";
import type { PanelState, PanelTrial } from "./panel.ts";
import { studyPath, trialPath, trialsPath } from "./paths.ts";
import { patiently, pause } from "./patiently.ts";

export interface FollowOptions {
  client: Client;
  project: string;
  study: string;
  signal: AbortSignal;
  /** After each look at the study; with what runs when `details` is set. */
  onState?: (state: PanelState) => void;
  /** Whether running trials and their curves are looked up too. */
  details: boolean;
}

const POLL_MS = 500;
const RUNNING_SHOWN = 4;
const DECISIONS_KEPT = 3;

/** Follows a study until it is done, or the signal aborts. Returns it as it was seen last. */
export async function followStudy(options: FollowOptions): Promise<StudyResource> {
  const { client, project, study: name, signal, onState } = options;
  const decisions: string[] = [];
  const ending = new AbortController();
  const stopped = AbortSignal.any([signal, ending.signal]);
  const events = forEachEvent(client.events({ project, study: name }, stopped), (event) => {
    if (!isDecision(event)) return;
    decisions.push(event.trial === null ? event.reason.text : `trial ${event.trial}: ${event.reason.text}`);
    if (decisions.length > DECISIONS_KEPT) decisions.shift();
  });
  try {
    for (;;) {
      const study = await patiently(() => client.get<StudyResource>(studyPath(project, name)), signal);
      const running = options.details
        ? await patiently(() => runningTrials(client, project, study), signal)
        : [];
      onState?.({ study, running, decisions, elapsedSeconds: elapsedSeconds(study) });
      if (study.state === "done" || signal.aborted) return study;
      await pause(POLL_MS, signal);
    }
  } finally {
    ending.abort();
    await events;
  }
}

function isDecision({ type }: EventResource): boolean {
  return (
    type === "trial.finished" ||
    type === "trial.stopping" ||
    type === "trial.requeued" ||
    type.startsWith("study.")
  );
}

async function forEachEvent(
  events: AsyncIterable<EventResource>,
  visit: (event: EventResource) => void,
): Promise<void> {
  for await (const event of events) visit(event);
}

async function runningTrials(client: Client, project: string, study: StudyResource): Promise<PanelTrial[]> {
  if (study.counts.running === 0) return [];
  const page = await client.get<Page<TrialDetail>>(trialsPath(project, study.name), {
    state: "running",
    limit: RUNNING_SHOWN,
  });
  const metric = study.spec.objectives[0]?.metric ?? "";
  return Promise.all(
    page.items.map(async ({ number, startedAt }) => {
      const path = trialPath(project, study.name, number);
      const { series } = await client.get<{ series: MetricSeries[] }>(`${path}/metrics`, {
        names: metric,
        maxPoints: 40,
      });
      const seconds = startedAt === null ? 0 : (Date.now() - Date.parse(startedAt)) / 1000;
      return { number, seconds, values: (series[0]?.points ?? []).map(({ value }) => fromWire(value)) };
    }),
  );
}

function elapsedSeconds({ createdAt, endedAt }: StudyResource): number {
  const end = endedAt === null ? Date.now() : Date.parse(endedAt);
  return Math.max(0, (end - Date.parse(createdAt)) / 1000);
}
