import type { CommandModule } from "../command.ts";
import { VERSION } from "../package.ts";

export const command: CommandModule = {
  settings: [],
  async run({ io }) {
    io.out.write(`${VERSION}\n`);
    return undefined;
  },
};
