import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect, type Sql } from "../../store/postgres/connect.ts";
import { migrate } from "../../store/postgres/migrate.ts";
import { createTestDatabase, TEST_CONNECTION } from "../support/postgres.ts";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { advance, claimOne, finish, report, study } = scenario;
const migrations = new URL("../../store/migrations", import.meta.url).pathname;

/** What migrations after 0005 keep of what the tables before them hold. */
const KEPT = {
  metric_series: "trial_id, attempt, name_id",
  metric_buckets: "trial_id, attempt, name_id, level, bucket",
  studies: "id",
  study_savings: "study_id",
  study_spans: "study_id, kind, value",
  study_lanes: "study_id, worker, gpu",
};
/** Tables that an older Fettle had, in the order of their foreign keys. */
const OLDER = [
  "studies",
  "trials",
  "agents",
  "attempts",
  "leases",
  "metric_names",
  "metric_points",
  "inbox",
  "study_events",
  "study_progress",
];

async function keptIn(sql: Sql) {
  const tables: Record<string, unknown[]> = {};
  for (const [table, key] of Object.entries(KEPT))
    tables[table] = [...(await sql.unsafe(`select * from ${table} order by ${key}`))].map(roundedSums);
  return tables;
}

/** Sums of seconds depend, in their last digits, on the order in which they were added. */
function roundedSums(row: object): object {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === "number" && /seconds|fruitless|resultless/.test(name) ? Number(value.toFixed(6)) : value,
  ]);
  return Object.fromEntries(entries);
}

/** A study with trials of every end, one attempt that runs and one of whose end no turn has heard; and a long series. */
async function liveThrough() {
  const earlyStopping = { name: "threshold", config: { worseThan: 1 }, holdout: 0.5 };
  const { id } = await study({
    algorithm: { name: "random" },
    parallelism: 2,
    budget: { maxTrials: 40 },
    retry: { maxRetries: 1 },
    earlyStopping,
    resources: { gpus: 0 },
  });
  for (let n = 0; n < 24; n++) {
    const running = await claimOne();
    await scenario.world.sql`update attempts set gpus = '{0,1}' where trial_id = ${running.trialId}`;
    if (n % 4 !== 3) await report(running, [{ name: "loss", step: n % 3, value: (n * 7) % 5 }]);
    await advance(id);
    const failed = { outcome: "failed", failureClass: "user-error", exitCode: 1 };
    const [trial] = await scenario.world.sql`select stop_kind from trials where id = ${running.trialId}`;
    await finish(
      running,
      trial!.stop_kind !== null ? { outcome: "stopped", exitCode: null } : n % 5 === 4 ? failed : {},
    );
    await advance(id);
  }
  const [unheard, running] = [await claimOne(), await claimOne()];
  const points = Array.from({ length: 9000 }, (_, step) => ({
    name: "train",
    step,
    value: step % 100 === 5 ? ("NaN" as const) : Math.sin(step),
  }));
  await report(running, points);
  await finish(unheard, {});
}

test("a database of an older Fettle is upgraded to what would have been kept all along", async () => {
  await liveThrough();
  const { sql, url } = scenario.world;
  const directory = await mkdtemp(join(tmpdir(), "fettle-migrations-"));
  const older = await createTestDatabase({ empty: true });
  const upgraded = connect(older.url, TEST_CONNECTION);
  try {
    for (const file of (await readdir(migrations)).filter((name) => name < "0006"))
      await cp(join(migrations, file), join(directory, file));
    await migrate(upgraded, directory);
    for (const table of OLDER) await copyRows(sql, upgraded, table);
    await migrate(upgraded);
    const [kept, filled] = [await keptIn(sql), await keptIn(upgraded)];
    for (const rows of Object.values(kept)) expect(rows.length, url).toBeGreaterThan(0);
    expect(filled).toEqual(kept);
  } finally {
    await upgraded.end();
    await older.drop();
    await rm(directory, { recursive: true });
  }
});

/** Row by row as JSON, which keeps every column's value. */
async function copyRows(from: Sql, to: Sql, table: string): Promise<void> {
  const [columns] = await to<{ names: string }[]>`
    select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns where table_name = ${table}`;
  const rows = await from.unsafe<{ row: string }[]>(`select to_jsonb(t)::text as row from ${table} t`);
  for (let at = 0; at < rows.length; at += 1000) {
    const page = rows.slice(at, at + 1000).map(({ row }) => row);
    await to.unsafe(
      `insert into ${table} (${columns!.names}) overriding system value
       select ${columns!.names} from unnest($1::text[]) as given, jsonb_populate_record(null::${table}, given::jsonb)`,
      [page],
    );
  }
}
