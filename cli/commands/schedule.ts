import type { CommandModule } from "../command.ts";
import { runService } from "../run-service.ts";

export const command: CommandModule = {
  settings: ["dataDir", "logLevel"],
  run: ({ config, io }) => runService(config, { api: false, scheduler: true }, io),
};
