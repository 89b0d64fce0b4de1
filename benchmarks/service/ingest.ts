import { quantile } from "../report.ts";
import { createHttp, type Http } from "./http.ts";
import { residentMb } from "./server.ts";
import { createStudy, suggestPath, trialsPath } from "./study.ts";

const BATCH = 100;
const METRICS = 10;
const WORKERS = 16;

export interface IngestResult {
  pointsPerSecond: number;
  p99Ms: number;
  sent: number;
  stored: number;
  peakResidentMb: number;
}

/**
 * Sends batches of 100 points at a fixed rate, latency counted from when a batch was due (so that a stall is not hidden
 * by the requests it kept back), and counts afterwards what is stored.
 */
export async function ingest(
  url: string,
  pid: number,
  options: { pointsPerSecond: number; seconds: number },
): Promise<IngestResult> {
  const http = createHttp(url, 64);
  await createStudy(http, "ingest", { parallelism: WORKERS, maxTrials: WORKERS });
  const trials = await claimAll(http);
  const total = Math.round((options.pointsPerSecond * options.seconds) / BATCH);
  const everyMs = (BATCH / options.pointsPerSecond) * 1000;
  const latencies: number[] = [];
  let peakResidentMb = 0;
  const memory = setInterval(() => (peakResidentMb = Math.max(peakResidentMb, residentMb(pid))), 250);
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let batch = 0; batch < total; batch++) {
    const due = started + batch * everyMs;
    const early = due - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const trial = trials[batch % trials.length] as number;
    const points = batchPoints(Math.floor(batch / trials.length));
    const sent = http.call("POST", `${trialsPath("ingest", trial)}/metrics`, { points });
    pending.push(sent.then(() => void latencies.push(performance.now() - due)));
  }
  await Promise.all(pending);
  const seconds = (performance.now() - started) / 1000;
  clearInterval(memory);
  const stored = await storedPoints(http, trials);
  http.close();
  const sent = total * BATCH;
  return { pointsPerSecond: sent / seconds, p99Ms: quantile(latencies, 0.99), sent, stored, peakResidentMb };
}

async function claimAll(http: Http): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.length < WORKERS) {
    const body = { workerId: `ingest-${numbers.length}`, count: 1, waitSeconds: 5, leaseSeconds: 600 };
    const { assignments } = await http.call<{ assignments: { trial: number }[] }>(
      "POST",
      suggestPath("ingest"),
      body,
    );
    numbers.push(...assignments.map(({ trial }) => trial));
  }
  return numbers;
}

/** 10 metrics × 10 steps; one of them is the study's objective. */
function batchPoints(round: number): { name: string; step: number; value: number }[] {
  const perMetric = BATCH / METRICS;
  return Array.from({ length: BATCH }, (_, index) => {
    const metric = index % METRICS;
    const step = round * perMetric + Math.floor(index / METRICS);
    return { name: metric === 0 ? "loss" : `metric-${metric}`, step, value: Math.sin(step) };
  });
}

async function storedPoints(http: Http, trials: readonly number[]): Promise<number> {
  let stored = 0;
  for (const trial of trials) {
    const { metrics } = await http.call<{ metrics: Record<string, { points: number }> }>(
      "GET",
      trialsPath("ingest", trial),
    );
    for (const summary of Object.values(metrics)) stored += summary.points;
  }
  return stored;
}
