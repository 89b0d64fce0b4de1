import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FettleError } from "../../core/errors.ts";
import type { Sql, TransactionSql } from "./connect.ts";

/** Any constant will do, but every version of Fettle must use the same one. */
const ADVISORY_LOCK = 0x46_45_54_54; // "FETT"

const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;

export interface Migration {
  version: number;
  name: string;
  /** SHA-256 of the text, line ends normalised. */
  checksum: string;
  text: string;
}

interface AppliedRow {
  version: number;
  name: string;
  checksum: string;
}

/**
 * Brings the database to the schema of this code: everything that is missing, in one transaction, one process at a
 * time. Returns the versions that were applied now.
 * @throws FettleError "invalid-config" when an applied migration has changed since, or the database is newer.
 */
export async function migrate(sql: Sql, directory: string = migrationsDirectory()): Promise<number[]> {
  const migrations = await readMigrations(directory);
  return await sql.begin(async (tx) => {
    // Another process may hold the lock for as long as its migrations take.
    await tx.unsafe("set local lock_timeout = 0; set local statement_timeout = 0");
    await tx`select pg_advisory_xact_lock(${ADVISORY_LOCK})`;
    await createLedger(tx);
    const applied = await tx<
      AppliedRow[]
    >`select version, name, checksum from schema_migrations order by version`;
    checkApplied(applied, migrations);
    const missing = migrations.filter(({ version }) => !applied.some((row) => row.version === version));
    for (const migration of missing) await apply(tx, migration);
    return missing.map(({ version }) => version);
  });
}

/** The migrations of a directory in order; empty when there is none. @throws when a name or number is wrong. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".sql")).sort();
  return await Promise.all(files.map((file, index) => readMigration(directory, file, index + 1)));
}

/** Beside the bundle in the published package, in store/ in the source tree. */
function migrationsDirectory(): string {
  const bundled = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(bundled ? "./migrations" : "../migrations", import.meta.url));
}

async function readMigration(directory: string, file: string, expectedVersion: number): Promise<Migration> {
  const [, digits, name] = FILE_NAME.exec(file) ?? [];
  if (digits === undefined || name === undefined || Number(digits) !== expectedVersion) {
    throw new Error(
      `migration ${file}: expected a name like ${String(expectedVersion).padStart(4, "0")}-what-it-does.sql`,
    );
  }
  const text = (await readFile(join(directory, file), "utf8")).replaceAll("\r\n", "\n");
  const checksum = createHash("sha256").update(text).digest("hex");
  return { version: expectedVersion, name, checksum, text };
}

async function createLedger(tx: TransactionSql): Promise<void> {
  await tx`
    create table if not exists schema_migrations (
      version    integer primary key,
      name       text not null,
      checksum   text not null,
      applied_at timestamptz not null default now()
    )`;
}

function checkApplied(applied: readonly AppliedRow[], migrations: readonly Migration[]): void {
  for (const row of applied) {
    const migration = migrations[row.version - 1];
    if (migration === undefined) {
      throw new FettleError(
        "invalid-config",
        `The database has migration ${row.version} (${row.name}), which this version of Fettle does not know.`,
        {
          hint: "A newer Fettle has upgraded this database. Upgrade this one too, or use another database.",
        },
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new FettleError(
        "invalid-config",
        `Migration ${row.version} (${row.name}) has changed since it was applied to this database.`,
        {
          hint: "Applied migrations never change. Restore the file and put the change into a new migration.",
        },
      );
    }
  }
}

async function apply(tx: TransactionSql, migration: Migration): Promise<void> {
  await tx.unsafe(migration.text);
  await tx`
    insert into schema_migrations (version, name, checksum)
    values (${migration.version}, ${migration.name}, ${migration.checksum})`;
}
