import type { AgentEnd } from "../../agents/index.ts";
import type { FettleError } from "../../core/errors.ts";
import type { CommandModule } from "../command.ts";
import { createLog } from "../compose/log.ts";
import { startService } from "../compose/service.ts";
import { dashboardFolder } from "../dashboard.ts";
import { announce, assertNotRunning } from "../data-dir.ts";
import { EXIT_CODES, failureText } from "../failure.ts";
import { onStopSignals } from "../stop-signal.ts";

export const command: CommandModule = {
  settings: ["host", "port", "auth", "dataDir", "agentName", "pool", "slots", "labels", "logLevel"],
  define: (command) => void command.option("--no-agent", "run no trials on this machine"),
  async run({ config, options, io }) {
    const started = performance.now();
    const log = createLog(config.logLevel, io.err, io.err.isTTY === true);
    await assertNotRunning(config.dataDir);
    const withAgent = options.agent !== false;
    const [service, agents] = await Promise.all([
      startService(config, { api: true, scheduler: true }, log),
      withAgent ? import("../compose/agent.ts") : null,
    ]);
    const url = service.url as string;
    const withdraw = announce(config.dataDir, url);
    // In this process, the agent may use the admin token that the API was given.
    const token = config.token ?? config.adminToken;
    const agent = agents?.openAgent({ ...config, token }, url, log);
    const stopping = new Promise<"signal">((resolve) => {
      onStopSignals([
        () => {
          if (agent !== undefined)
            io.err.write("Stopping once the running trials have ended; once more to end them now.\n");
          agent?.drain();
          resolve("signal");
        },
        () => agent?.stop(),
      ]);
    });
    io.err.write(readyText(url, performance.now() - started, withAgent));
    try {
      const agentEnd = agent?.done ?? new Promise<AgentEnd>(() => undefined);
      const end = await Promise.race([stopping, service.lost, agentEnd]);
      if (end === "signal") {
        await agent?.done;
        return EXIT_CODES.ok.code;
      }
      if ("exitCode" in end) {
        io.err.write(`error: ${end.message}\n`);
        return end.exitCode;
      }
      io.err.write(failureText(end as FettleError, false));
      return EXIT_CODES.failed.code;
    } finally {
      agent?.stop();
      withdraw();
      await service.close();
    }
  },
};

function readyText(url: string, ms: number, withAgent: boolean): string {
  const seconds = (ms / 1000).toFixed(1);
  return [
    `Fettle is ready at ${url} (${seconds} s)${withAgent ? ", with an agent on this machine" : ""}.`,
    `  Dashboard:       ${dashboardFolder() === null ? "not built; npm run build" : url}`,
    "  Create a study:  fettle study create -f study.yaml",
    `  API reference:   ${url}/openapi.json`,
    "  Stop:            Ctrl-C",
    "",
  ].join("\n");
}
