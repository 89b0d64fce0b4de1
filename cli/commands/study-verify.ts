import { existsSync } from "node:fs";
import { join } from "node:path";
import { FettleError } from "../../core/errors.ts";
import type { StudyEvent } from "../../core/event.ts";
import type { StudyResource } from "../../core/resources.ts";
import type { Store } from "../../core/store.ts";
import { verifyStudy } from "../../scheduler/verify.ts";
import type { CommandModule } from "../command.ts";
import { openDatabase } from "../compose/database.ts";
import { createLog } from "../compose/log.ts";
import type { Config } from "../config.ts";
import { EXIT_CODES } from "../failure.ts";

const PAGE = 1000;

/** Reads the database itself: the log is checked, not what a server says of it. */
export const command: CommandModule = {
  settings: ["project", "dataDir"],
  define: (command) => void command.argument("[study]", "name or id; left out: the newest"),
  async run({ config, args, io }) {
    assertDatabase(config);
    const { databaseUrl, dataDir } = config;
    const log = createLog("error", io.err, io.err.isTTY === true);
    const database = await openDatabase({ databaseUrl, dataDir, role: "verify", log });
    try {
      const study = await studyIn(database.store, config.project, args[0]);
      const { events, suggestions, problems } = await verifyStudy(
        study.spec,
        eventsOf(database.store, study.id),
      );
      for (const { seq, trial, message } of problems) {
        io.out.write(`event ${seq}${trial === null ? "" : `, trial ${trial}`}: ${message}\n`);
      }
      const verdict = problems.length === 0 ? "verified" : `not verified: ${problems.length} problems`;
      io.err.write(`${study.name} ${verdict}: ${events} events, ${suggestions} suggestions derived again.\n`);
      return problems.length === 0 ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
    } finally {
      await database.close();
    }
  },
};

/** An empty database would be made otherwise, only to hold no study. */
function assertDatabase({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl !== undefined || existsSync(join(dataDir, "postgres"))) return;
  throw new FettleError("not-found", `There is no database in ${dataDir}.`, {
    hint: "Name the data directory with --data-dir, or the database with DATABASE_URL.",
  });
}

async function studyIn(store: Store, project: string, name: string | undefined): Promise<StudyResource> {
  if (name !== undefined) return store.getStudy(project, name);
  const [newest] = (await store.listStudies(project, {}, { limit: 1 })).items;
  if (newest !== undefined) return newest;
  throw new FettleError("not-found", `Project "${project}" has no studies.`);
}

async function* eventsOf(store: Store, studyId: string): AsyncIterable<StudyEvent> {
  let after = 0;
  for (;;) {
    const page = await store.eventPage(studyId, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}
