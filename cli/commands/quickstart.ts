import { fileURLToPath } from "node:url";
import { Option } from "commander";
import type { Leaderboard, StudyResource } from "../../core/resources.ts";
import type { Client } from "../client.ts";
import type { CommandModule, Io } from "../command.ts";
import { assertDashboardBuilt, dashboardFolder, studyPage } from "../dashboard.ts";
import { EXIT_CODES } from "../failure.ts";
import { followStudy } from "../follow-study.ts";
import { duration, shortNumber } from "../numbers.ts";
import { openPage } from "../open-page.ts";
import { renderRows } from "../output.ts";
import { PACKAGE_ROOT } from "../package.ts";
import { finishedTrials, type PanelState, renderPanel } from "../panel.ts";
import { inDeclaredOrder, paramsAs } from "../params-text.ts";
import { studiesPath, studyPath } from "../paths.ts";
import { withScratchService } from "../scratch-service.ts";
import { createScreen } from "../screen.ts";
import { leaderboardShape } from "../shapes.ts";
import { onStopSignals } from "../stop-signal.ts";
import { loadStudyFile } from "../study-file.ts";

const STUDY_FILE = fileURLToPath(new URL("examples/digits/study.yaml", PACKAGE_ROOT));
const PROJECT = "default";
const ROWS = 10;

export const command: CommandModule = {
  settings: [],
  define: (command) =>
    void command
      .addOption(new Option("-o, --output <format>", "how to print the result").choices(["table", "json"]))
      .option("--open", "show the dashboard in the browser, and keep it there until Ctrl-C")
      .option("--keep", "keep the scratch directory with its database and trial directories"),
  async run({ config, options, io }) {
    const started = performance.now();
    const open = options.open === true;
    if (open) assertDashboardBuilt();
    const interrupted = new AbortController();
    const release = onStopSignals([() => interrupted.abort()]);
    const keep = options.keep === true;
    try {
      return await withScratchService({ config, io, name: "quickstart", keep }, async (client, directory) => {
        const result = await runStudy(client, io, interrupted.signal, open);
        if (interrupted.signal.aborted) return EXIT_CODES.interrupted.code;
        const seconds = Math.round((performance.now() - started) / 100) / 10;
        io.out.write(options.output === "json" ? jsonLine(result, seconds) : resultText(result));
        io.err.write(closingText(result, seconds, keep ? directory : null));
        io.err.write(nextSteps(open));
        if (open) await keepServing(client.url, result.study.name, io, interrupted.signal);
        const wanted = result.study.spec.budget.maxTrials ?? 0;
        return result.study.counts.completed >= wanted ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
      });
    } finally {
      release();
    }
  },
};

interface Result {
  study: StudyResource;
  leaderboard: Leaderboard;
}

async function runStudy(client: Client, io: Io, signal: AbortSignal, open: boolean): Promise<Result> {
  const { study: spec } = await loadStudyFile(STUDY_FILE);
  const { name } = await client.post<StudyResource>(studiesPath(PROJECT), spec);
  if (dashboardFolder() !== null) await showPage(studyPage(client.url, name), io, open);
  const onState = io.err.isTTY ? panelOn(io) : progressLinesOn(io);
  const study = await followStudy({
    client,
    project: PROJECT,
    study: name,
    signal,
    onState,
    details: io.err.isTTY === true,
  });
  const leaderboard = await client.get<Leaderboard>(`${studyPath(PROJECT, name)}/leaderboard`, {
    limit: ROWS,
  });
  return { study, leaderboard };
}

/** Says where the study can be watched; with `open`, shows it. */
async function showPage(page: string, io: Io, open: boolean): Promise<void> {
  io.err.write(`Dashboard: ${page}\n`);
  if (!open) return;
  const reason = await openPage(page, { platform: process.platform, env: io.env });
  if (reason !== null) io.err.write(`No browser could be opened (${reason}); open that page yourself.\n`);
}

/** Waits for Ctrl-C. */
async function keepServing(url: string, study: string, io: Io, signal: AbortSignal): Promise<void> {
  io.err.write(`\nThe dashboard stays at ${studyPage(url, study)} until Ctrl-C.\n`);
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

function panelOn(io: Io): (state: PanelState) => void {
  const screen = createScreen(io.err);
  return (state) => screen.draw(renderPanel(state, io.err.columns ?? 80));
}

/** One line whenever more trials have ended. */
function progressLinesOn(io: Io): (state: PanelState) => void {
  let shown = -1;
  return ({ study, elapsedSeconds }) => {
    const done = finishedTrials(study.counts);
    if (done === shown) return;
    shown = done;
    const best = study.best === null ? "" : `, best ${shortNumber(study.best.values[0])}`;
    io.err.write(
      `${duration(elapsedSeconds).padStart(5)}  ${done}/${study.spec.budget.maxTrials} trials${best}\n`,
    );
  };
}

function resultText({ study, leaderboard }: Result): string {
  const table = renderRows(leaderboard.rows, leaderboardShape(leaderboard), "table");
  if (study.best === null) return table;
  const flags = paramsAs("args", bestParams(study), study.spec.arguments);
  return `\n${table}\nBest parameters (trial ${study.best.trial}):\n  ${flags}\n`;
}

function bestParams({ best, spec }: StudyResource): ReturnType<typeof inDeclaredOrder> {
  return inDeclaredOrder(best?.params ?? {}, spec.parameters);
}

function jsonLine({ study, leaderboard }: Result, seconds: number): string {
  const { counts, best, name, created } = study;
  const result = {
    completed: counts.completed,
    bestValue: best?.values[0] ?? null,
    medianValue: leaderboard.medianValue,
    seconds,
    bestParams: best === null ? null : bestParams(study),
    study: name,
    trials: created,
    failed: counts.failed,
  };
  return `${JSON.stringify(result)}\n`;
}

function closingText({ study, leaderboard }: Result, seconds: number, kept: string | null): string {
  const median =
    leaderboard.medianValue === null ? "" : `, the median trial ${shortNumber(leaderboard.medianValue)}`;
  const best = study.best === null ? "" : `, best ${shortNumber(study.best.values[0])}${median}`;
  return [
    `${study.counts.completed} trials completed in ${duration(seconds)}${best}.`,
    ...(kept === null ? [] : [`Kept: ${kept} (look at it: fettle up --data-dir ${kept})`]),
    "",
  ].join("\n");
}

function nextSteps(opened: boolean): string {
  return [
    "",
    "What to try next:",
    ...(opened
      ? []
      : ["  fettle quickstart --open                            the same, watched in a browser"]),
    "  fettle up                                           the same service, to stay",
    "  fettle study create -f examples/digits/study.yaml   the same study; change the file first",
    "  fettle study watch digits                           follow it",
    "",
  ].join("\n");
}
