import { FettleError } from "../../core/errors.ts";
import type { CommandModule } from "../command.ts";
import { startEmbedded } from "../compose/database.ts";
import { createLog } from "../compose/log.ts";

export const command: CommandModule = {
  settings: ["dataDir"],
  async run({ config, io }) {
    io.out.write(`${config.databaseUrl ?? (await embeddedUrl(config.dataDir, io.err))}\n`);
    return undefined;
  },
};

async function embeddedUrl(dataDir: string, sink: { write(text: string): unknown }): Promise<string> {
  const server = await startEmbedded(dataDir, createLog("error", sink, true));
  await server.stop();
  if (server.adopted) return server.url;
  throw new FettleError("not-found", `No embedded database runs in ${dataDir}.`, {
    hint: "Start it with: fettle up",
  });
}
