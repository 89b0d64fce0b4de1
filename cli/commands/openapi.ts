import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  async run({ config, io }) {
    const document = await createClient(config).get<object>("/openapi.json");
    io.out.write(`${JSON.stringify(document, null, 2)}\n`);
    return undefined;
  },
};
