import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { newReport, printReport, quantile, type Report, versionOf, writeReport } from "../report.ts";
import { createHttp } from "../service/http.ts";
import { violations } from "./accessibility.ts";
import { brush } from "./brush.ts";
import { chromiumPath } from "./chromium.ts";
import { watchLive, watchMemory } from "./live.ts";
import { setUpOptuna, startOptuna } from "./optuna.ts";
import { seedLongTrial, seedStudy } from "./seed.ts";
import { openStage, paintMs, type Stage } from "./stage.ts";

/**
 * The dashboard's speed, in headless Chromium before the built bundle.
 * `npm run bench:web` (`-- --quick` leaves out what takes minutes and writes nothing, `-- --setup` once, for the peer).
 */

const root = new URL("../..", import.meta.url).pathname;
const quick = process.argv.includes("--quick");

const SMALL = { name: "small", trials: 10_000, steps: 10 };
const LARGE = { name: "large", trials: quick ? 20_000 : 100_000, steps: 3 };
const LONG_TRIAL = { trial: 0, points: 1_000_000 };
/** An hour of trials that end one a second, of five events each, in three minutes. */
const HOUR = { perSecond: 20, seconds: quick ? 15 : 180 };
const ROWS = 'section[aria-label="Leaderboard"] tbody tr';
const CURVE = 'section[aria-label="train_loss"] canvas';
const PEER_CHART = ".main-svg";
/** The state of a trial in its list, which shows the first hundred or so. */
const PEER_ROWS = "main .MuiChip-root";

async function main(): Promise<void> {
  if (process.argv.includes("--setup")) return setUpOptuna();
  execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const versions = {
    node: process.version,
    chromium: versionOf(chromiumPath() ?? "chromium", ["--version"]),
  };
  const report = newReport("npm run bench:web", new Date(), versions);
  const stage = await openStage();
  try {
    await seedStudy(stage.sql, SMALL);
    await seedStudy(stage.sql, LARGE);
    await seedLongTrial(stage.sql, SMALL.name, LONG_TRIAL.trial, LONG_TRIAL.points);
    report.versions.load = load();
    await paintTargets(report, stage);
    if (!quick) await peerPaint(report, stage);
    await brushTarget(report, stage);
    await curveTarget(report, stage);
    await accessibilityTarget(report, stage);
    await createHttp(stage.server.url, 1).call("POST", "/v1/projects/default/studies/small/resume");
    await liveTargets(report, stage);
    await memoryTargets(report, stage);
    report.versions.load += ` to ${load()}`;
  } finally {
    await stage.close();
  }
  printReport(report);
  if (!quick) writeReport(`${root}benchmarks/results`, "web", report);
  process.exitCode = report.targets.every(({ met }) => met) ? 0 : 1;
}

/** Processes that wanted a core in the last minute, on average. */
const load = () => (loadavg()[0] as number).toFixed(1);

async function paintTargets(report: Report, stage: Stage): Promise<void> {
  for (const [{ name, trials }, target] of [
    [SMALL, 1000],
    [LARGE, 2000],
  ] as const) {
    const ms = await median(5, () => paintMs(stage.browser, `${stage.server.url}/studies/${name}`, ROWS));
    const what = `study of ${trials.toLocaleString("en")} trials: rows of the leaderboard drawn, cold cache, median of 5`;
    add(report, { what, target: `< ${target} ms`, value: ms, unit: "ms", met: ms < target });
  }
}

/** For comparison: no target of ours depends on it. */
async function peerPaint(report: Report, { browser }: Stage): Promise<void> {
  const peer = await startOptuna(SMALL.trials, SMALL.steps);
  if (peer === null) {
    console.error("Optuna Dashboard is not measured: run `npm run bench:web -- --setup` once.");
    return;
  }
  try {
    const { optuna, dashboard } = peer.versions;
    Object.assign(report.versions, { optuna, "optuna-dashboard": dashboard });
    // The list first: what the page of charts asks for keeps the server busy after that page is closed.
    const rows = await median(3, () => paintMs(browser, `${peer.url}/trials`, PEER_ROWS));
    const chart = await median(3, () => paintMs(browser, peer.url, PEER_CHART));
    const trials = SMALL.trials.toLocaleString("en");
    for (const [shown, value] of [
      ["first chart", chart],
      ["its list of trials", rows],
    ] as const) {
      const what = `Optuna Dashboard, ${trials} trials: ${shown} drawn, cold cache, median of 3`;
      add(report, { what, target: "(shown)", value, unit: "ms", met: true });
    }
  } finally {
    await peer.stop();
  }
}

async function brushTarget(report: Report, { browser, server }: Stage): Promise<void> {
  const { lines, milliseconds } = await brush(browser, `${server.url}/studies/${SMALL.name}/explore`);
  const value = quantile(milliseconds, 0.9);
  const what = `brush on parallel coordinates, ${lines.toLocaleString("en")} lines: linked table drawn, p90 of ${milliseconds.length}`;
  add(report, { what, target: "< 50 ms", value, unit: "ms", met: value < 50 && lines >= 2000 });
}

async function curveTarget(report: Report, { browser, server }: Stage): Promise<void> {
  const address = `${server.url}/studies/${SMALL.name}/trials/${LONG_TRIAL.trial}?tab=metrics`;
  const value = await median(5, () => paintMs(browser, address, CURVE));
  const what = "trial with 1,000,000 points: its page with the curve drawn, cold cache, median of 5";
  add(report, { what, target: "< 500 ms", value, unit: "ms", met: value < 500 });
}

async function accessibilityTarget(report: Report, { browser, server }: Stage): Promise<void> {
  const study = `/studies/${SMALL.name}`;
  const ofStudy = ["", "/explore", "/curves", "/timeline", "/trials/1", "/compare?sel=1,2"].map(
    (page) => study + page,
  );
  const paths = ["/", "/new", ...ofStudy, "/compare", "/hosts", "/settings"];
  const found = await violations(browser, server.url, paths);
  for (const { path, theme, rule, elements } of found)
    console.error(`axe: ${path} ${theme}: ${rule} (${elements.join(", ")})`);
  const what = `axe: serious and critical violations on ${paths.length} pages, light and dark`;
  add(report, { what, target: "0", value: found.length, unit: "", met: found.length === 0 });
}

async function liveTargets(report: Report, { browser, server }: Stage): Promise<void> {
  const stream = { perSecond: 50, seconds: 10 };
  const live = await watchLive(browser, server.url, SMALL.name, stream);
  const where = `overview of ${SMALL.trials.toLocaleString("en")} trials, 50 more ending each second for 10 s`;
  const { dropped, events, busy, upToDate } = live;
  const lost = dropped + (upToDate ? 0 : 1);
  add(report, {
    what: `${where}: events dropped of ${events}`,
    target: "0",
    value: lost,
    unit: "",
    met: lost === 0,
  });
  const what = `${where}: main thread busy`;
  add(report, { what, target: "< 30 %", value: 100 * busy, unit: "%", met: busy < 0.3 });
}

async function memoryTargets(report: Report, { browser, server }: Stage): Promise<void> {
  const { events, heap, process } = await watchMemory(browser, server.url, SMALL.name, HOUR, 12);
  console.error(`heap: ${heap.map((mb) => mb.toFixed(1)).join(", ")} MB`);
  const last = heap.at(-1) as number;
  const growth = last - quantile(heap.slice(2, 7), 0.5);
  const where = `overview through an hour's stream (${events.toLocaleString("en")} events)`;
  add(report, {
    what: `${where}: heap in the end`,
    target: "< 150 MB",
    value: last,
    unit: "MB",
    met: last < 150,
  });
  add(report, {
    what: `${where}: its growth from the first half to the end`,
    target: "< 5 MB",
    value: growth,
    unit: "MB",
    met: growth < 5,
  });
  const what = `${where}: private memory of the page's whole process`;
  add(report, { what, target: "< 150 MB", value: process, unit: "MB", met: process < 150 });
}

async function median(count: number, measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let n = 0; n < count; n++) values.push(await measure());
  return quantile(values, 0.5);
}

interface Figure {
  what: string;
  target: string;
  value: number;
  unit: string;
  met: boolean;
}

function add(report: Report, { what, target, value, unit, met }: Figure): void {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1;
  const measured = `${value.toFixed(digits)} ${unit}`.trim();
  report.targets.push({ what, target, measured, met });
  console.error(`${met ? "met    " : "NOT MET"} ${what}: ${measured} (${target})`);
}

await main();
