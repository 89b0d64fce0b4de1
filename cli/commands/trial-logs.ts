import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { trialPath } from "../paths.ts";
import { countOption } from "../printing.ts";
import { CLIENT_SETTINGS, findTrialStudy, parseTrial } from "../targets.ts";

const PAGE_BYTES = 1024 * 1024;

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) =>
    void command
      .argument("<trial>", "STUDY/NUMBER, as in digits/42")
      .option("-f, --follow", "go on until the attempt ends")
      .option("--attempt <number>", "of this attempt; left out: the latest"),
  async run({ config, options, args, io }) {
    const client = createClient(config);
    const target = parseTrial(args[0]);
    const study = await findTrialStudy(client, config.project, target);
    const path = `${trialPath(config.project, study, target.number)}/logs`;
    const attempt = countOption(options.attempt, "attempt");
    if (options.follow === true) {
      for await (const bytes of await client.stream(path, { attempt, follow: true })) io.out.write(bytes);
      return undefined;
    }
    for (let offset = 0; ; ) {
      let length = 0;
      for await (const bytes of await client.stream(path, { attempt, offset, maxBytes: PAGE_BYTES })) {
        length += bytes.byteLength;
        io.out.write(bytes);
      }
      if (length === 0) return undefined;
      offset += length;
    }
  },
};
