import { stringifyWire } from "../core/number.ts";
import { FAILED_ENDS } from "../core/trial.ts";
import type { Client } from "./client.ts";
import type { CommandCall } from "./command.ts";
import { followLog } from "./event-log.ts";
import { EXIT_CODES } from "./failure.ts";
import { followStudy } from "./follow-study.ts";
import { onKeys } from "./keys.ts";
import { renderPanel } from "./panel.ts";
import { createScreen } from "./screen.ts";
import { onStopSignals } from "./stop-signal.ts";
import { findStudy } from "./targets.ts";

type Call = Pick<CommandCall, "config" | "io" | "options">;

/**
 * Follows a study to its end: a live panel on a terminal, one JSON event a line in a pipe or with `events`. Ctrl-C and q
 * leave, and the study goes on. Returns the exit code.
 */
export async function watchStudy(client: Client, study: string, call: Call): Promise<number> {
  const leaving = new AbortController();
  const interrupt = () => leaving.abort("interrupted");
  const live = call.io.out.isTTY === true && call.options.events !== true;
  const releaseSignals = onStopSignals([interrupt]);
  const releaseKeys = live ? onKeys(process.stdin, keyAction(leaving, interrupt)) : () => undefined;
  try {
    await (live ? drawPanel : printLog)(client, study, call, leaving.signal);
  } finally {
    releaseKeys();
    releaseSignals();
  }
  if (leaving.signal.aborted) {
    call.io.err.write(
      `${study} goes on. Come back: fettle study watch ${study}; end it: fettle study stop ${study}\n`,
    );
    return leaving.signal.reason === "interrupted" ? EXIT_CODES.interrupted.code : EXIT_CODES.ok.code;
  }
  if (live) call.io.err.write(`  The answer:  fettle best ${study}\n`);
  const { end } = await findStudy(client, call.config.project, study);
  return end !== null && FAILED_ENDS.has(end) ? EXIT_CODES.failed.code : EXIT_CODES.ok.code;
}

/** A terminal that hands over single keys sends Ctrl-C as one, and no signal. */
function keyAction(leaving: AbortController, interrupt: () => void): (key: string) => void {
  return (key) => {
    if (key === "\u0003") interrupt();
    if (key === "q") leaving.abort("left");
  };
}

async function drawPanel(client: Client, study: string, call: Call, signal: AbortSignal): Promise<void> {
  const { config, io } = call;
  const screen = createScreen(io.out);
  await followStudy({
    client,
    project: config.project,
    study,
    signal,
    details: true,
    onState: (state) => screen.draw(renderPanel(state, io.out.columns ?? 80)),
  });
}

async function printLog(client: Client, study: string, call: Call, signal: AbortSignal): Promise<void> {
  for await (const event of followLog(client, call.config.project, study, signal)) {
    call.io.out.write(`${stringifyWire(event)}\n`);
  }
}
