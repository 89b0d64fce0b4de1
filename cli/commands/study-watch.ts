import { stringifyWire } from "../../core/number.ts";
import type { StudyResource } from "../../core/resources.ts";
import { FAILED_ENDS } from "../../core/trial.ts";
import { type Client, createClient } from "../client.ts";
import type { CommandCall, CommandModule } from "../command.ts";
import { followLog } from "../event-log.ts";
import { EXIT_CODES } from "../failure.ts";
import { followStudy } from "../follow-study.ts";
import { renderPanel } from "../panel.ts";
import { createScreen } from "../screen.ts";
import { onStopSignals } from "../stop-signal.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) =>
    void command
      .argument("[study]", "name or id; left out: the active one")
      .option("--events", "print the log, one JSON event a line, as it does in a pipe"),
  async run(call) {
    const { config, options, io, args } = call;
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, args[0]);
    const interrupted = new AbortController();
    const release = onStopSignals([() => interrupted.abort()]);
    const live = io.out.isTTY === true && options.events !== true;
    await (live ? drawPanel : printLog)(client, name, call, interrupted.signal);
    release();
    if (interrupted.signal.aborted) return EXIT_CODES.interrupted.code;
    const { end } = await findStudy(client, config.project, name);
    return end !== null && FAILED_ENDS.has(end) ? EXIT_CODES.failed.code : EXIT_CODES.ok.code;
  },
};

async function drawPanel(
  client: Client,
  study: string,
  { config, io }: CommandCall,
  signal: AbortSignal,
): Promise<StudyResource> {
  const screen = createScreen(io.out);
  const last = await followStudy({
    client,
    project: config.project,
    study,
    signal,
    details: true,
    onState: (state) => screen.draw(renderPanel(state, io.out.columns ?? 80)),
  });
  io.err.write(signal.aborted ? "The study goes on without you.\n" : `  The answer:  fettle best ${study}\n`);
  return last;
}

async function printLog(
  client: Client,
  study: string,
  { config, io }: CommandCall,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of followLog(client, config.project, study, signal)) {
    io.out.write(`${stringifyWire(event)}\n`);
  }
}
