import { Option } from "commander";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { studyPath } from "../paths.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) =>
    void command
      .argument("[study]", "name or id; left out: the active one")
      .addOption(
        new Option("-o, --output <format>", "how to print").choices(["csv", "jsonl"]).default("csv"),
      ),
  async run({ config, options, args, io }) {
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, args[0]);
    const path = `${studyPath(config.project, name)}/export`;
    for await (const bytes of await client.stream(path, { format: options.output as string })) {
      io.out.write(bytes);
    }
    return undefined;
  },
};
