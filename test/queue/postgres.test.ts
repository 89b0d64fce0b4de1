import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import type { Json } from "../../core/json.ts";
import { createQueue } from "../../queue/bullmq.ts";
import { connect } from "../../store/postgres/connect.ts";
import { describeQueue } from "../suites/queue-conformance.ts";
import { silentLog } from "../support/log.ts";
import { createTestDatabase, TEST_CONNECTION, type TestDatabase } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";

describeQueue("PostgreSQL", async () => {
  const database = await createTestDatabase({ empty: true });
  const name = new URL(database.url).pathname.slice(1);
  const admin = connect(inject("postgresAdminUrl"), TEST_CONNECTION);
  const interrupt = async () => {
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
  };
  return {
    options: { databaseUrl: database.url, lockMs: 1500 },
    interrupt,
    goAway: async () => {
      await admin.unsafe(`alter database ${name} with allow_connections false`);
      await interrupt();
    },
    comeBack: async () => {
      await admin.unsafe(`alter database ${name} with allow_connections true`);
    },
    dispose: async () => {
      await admin.end();
      await database.drop();
    },
  };
});

describe("PostgreSQL alone", () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterEach(async () => {
    await database.drop();
  });

  test("several processes that start on an empty database at once all work", async () => {
    const options = { databaseUrl: database.url, log: silentLog };
    const queues = await Promise.all(Array.from({ length: 4 }, () => createQueue(options)));
    const got: Json[] = [];
    queues[0]!.consume("advance", async (data) => void got.push(data), { concurrency: 1 });
    await Promise.all(queues.map((queue, index) => queue.publish("advance", index)));
    await waitFor(() => got.length === 4);
    await Promise.all(queues.map((queue) => queue.close()));
  });

  test("maintenance removes jobs that finished a while ago, and hints that nobody took", async () => {
    const queue = await createQueue({ databaseUrl: database.url, log: silentLog });
    const sql = connect(database.url, TEST_CONNECTION);
    const count = async () =>
      (await sql<{ jobs: number }[]>`select count(*) as jobs from bullmq.job`)[0]!.jobs;
    let handled = 0;
    const handler = async () => {
      handled += 1;
    };
    queue.consume("advance", handler, { concurrency: 1 });
    await queue.publish("advance", 1);
    await queue.publish("dispatch-nobody", 2);
    await waitFor(() => handled === 1);
    await queue.maintain();
    expect(await count()).toBe(2);
    const hourMs = 3_600_000;
    await sql`
      update bullmq.job set added_at_ms = added_at_ms - ${hourMs}, finished_at_ms = finished_at_ms - ${hourMs}`;
    await queue.maintain();
    expect(await count()).toBe(0);
    await sql.end();
    await queue.close();
  });
});
