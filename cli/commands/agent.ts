import type { CommandModule } from "../command.ts";
import { openAgent } from "../compose/agent.ts";
import { createLog } from "../compose/log.ts";
import { onStopSignals } from "../stop-signal.ts";

export const command: CommandModule = {
  settings: ["url", "agentName", "pool", "slots", "labels", "dataDir", "logLevel"],
  async run({ config, io }) {
    const log = createLog(config.logLevel, io.err, io.err.isTTY === true);
    const agent = openAgent(config, config.url, log);
    io.err.write(`This host runs trials for ${config.url}. Stop: Ctrl-C\n`);
    onStopSignals([
      () => {
        io.err.write("Stopping once the running trials have ended; once more to end them now.\n");
        agent.drain();
      },
      () => agent.stop(),
    ]);
    const end = await agent.done;
    io.err.write(`${end.message}\n`);
    return end.exitCode;
  },
};
