import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { messageOf } from "../../core/errors.ts";
import { startEmbeddedPostgres } from "../../store/embedded.ts";
import { connect, type Sql } from "../../store/postgres/connect.ts";
import { migrate } from "../../store/postgres/migrate.ts";
import { silentLog } from "./log.ts";
import { TEMPLATE_DATABASE, TEST_CONNECTION } from "./postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The superuser's URL of the server of this run. */
    postgresAdminUrl: string;
    /** Why the template database has no schema; empty when it has. */
    postgresTemplateError: string;
  }
}

/**
 * One PostgreSQL server for the whole run, in a directory of its own, with a migrated template database.
 * DATABASE_URL and REDIS_URL of the developer's environment are not looked at.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  delete process.env.DATABASE_URL;
  delete process.env.REDIS_URL;
  const directory = await mkdtemp(join(tmpdir(), "fettle-test-"));
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, "postgres"),
    log: silentLog,
    // Nothing here outlives the run; a crash of the machine may lose it.
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  });
  project.provide("postgresAdminUrl", server.url);
  // Tests that need no database still run when a migration is broken; the others fail with the reason.
  const reason = await createTemplate(server.url).then(() => "", messageOf);
  project.provide("postgresTemplateError", reason);
  return async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function createTemplate(adminUrl: string): Promise<void> {
  const admin = connect(adminUrl, TEST_CONNECTION);
  await admin.unsafe(`create database ${TEMPLATE_DATABASE}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = TEMPLATE_DATABASE;
  const sql: Sql = connect(url.href, TEST_CONNECTION);
  try {
    await migrate(sql);
  } finally {
    // `create database … template …` wants no other session on the template.
    await sql.end();
  }
}
