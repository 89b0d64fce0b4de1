import type { CommandModule } from "../command.ts";
import { runService } from "../run-service.ts";

export const command: CommandModule = {
  settings: ["host", "port", "auth", "dataDir", "logLevel"],
  run: ({ config, io }) => runService(config, { api: true, scheduler: false }, io),
};
