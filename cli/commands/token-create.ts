import { Option } from "commander";
import { SCOPES, type TokenResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { parseDuration } from "../duration-option.ts";
import { addOutputOptions, isForPeople, printOne } from "../printing.ts";
import { tokenShape } from "../shapes.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

const grantable = SCOPES.filter((scope) => scope !== "attempt");

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("<name>", "shown in the log as who did what")
      .addOption(new Option("--scope <scope>", "what it may do").choices(grantable).makeOptionMandatory())
      .option("--expires <duration>", "as in 30d; left out: never");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options, args, io } = call;
    const expires =
      options.expires === undefined
        ? {}
        : { expiresInSeconds: Math.round(parseDuration(options.expires as string) / 1000) };
    const body = { name: args[0], scope: options.scope, ...expires };
    const created = await createClient(config).post<TokenResource & { token: string }>("/v1/tokens", body);
    if (!isForPeople(call)) {
      printOne(call, created, tokenShape);
      return undefined;
    }
    // The token alone on stdout, so that it can be piped to where it is kept.
    io.out.write(`${created.token}\n`);
    io.err.write(`Token ${created.id} (${created.scope}); it is shown this once.\n`);
    if (created.scope === "agent") {
      io.err.write(`  An agent:  FETTLE_TOKEN=<token> fettle agent --url ${config.url}\n`);
    }
    return undefined;
  },
};
