import type { QueueItem } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { addOutputOptions, countOption, printRows } from "../printing.ts";
import { queueShape } from "../shapes.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command.option("--limit <count>", "at most so many (default: 100)").option("--all-projects");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options } = call;
    const reply = await createClient(config).get<{ items: QueueItem[] }>("/v1/queue", {
      limit: countOption(options.limit, "limit") ?? 100,
      project: options.allProjects === true ? undefined : config.project,
    });
    printRows(call, reply.items, queueShape, reply);
    return undefined;
  },
};
