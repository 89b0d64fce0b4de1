import { DEFAULT_INTERVALS, scaleIntervals } from "../../core/protocol.ts";
import type { Queue } from "../../core/queue.ts";
import type { Store } from "../../core/store.ts";
import { createQueue } from "../../queue/bullmq.ts";
import { defaultTiming, type Scheduler, startScheduler } from "../../scheduler/index.ts";
import { createLocalSearcher } from "../../scheduler/searcher.ts";
import { connect } from "../../store/postgres/connect.ts";
import { createPostgresStore } from "../../store/postgres/index.ts";
import { type ApiOptions, startApi, type TestApi } from "./api.ts";
import { silentLog } from "./log.ts";
import { createTestDatabase, TEST_CONNECTION } from "./postgres.ts";
import { LOCAL_WEBHOOKS } from "./webhooks.ts";

export interface TestService extends TestApi {
  store: Store;
  queue: Queue;
  databaseUrl: string;
}

/** The API on a real database and queue, with a scheduler unless told otherwise. Intervals are a twentieth of the defaults. */
export async function startService(options: ApiOptions & { scheduler?: boolean } = {}): Promise<TestService> {
  const database = await createTestDatabase();
  const store = createPostgresStore(connect(database.url, TEST_CONNECTION), {
    turns: connect(database.url, TEST_CONNECTION),
  });
  const queue = await createQueue({ databaseUrl: database.url, log: silentLog });
  const scheduler = options.scheduler === false ? null : schedulerOn(store, queue);
  const api = await startApi({ ...options, store, queue });
  return {
    ...api,
    store,
    queue,
    databaseUrl: database.url,
    async close() {
      await api.close();
      await scheduler?.stop();
      await queue.close();
      await store.close();
      await database.drop();
    },
  };
}

function schedulerOn(store: Store, queue: Queue): Scheduler {
  const timing = defaultTiming(scaleIntervals(DEFAULT_INTERVALS, 20));
  const searcher = createLocalSearcher();
  return startScheduler({
    store,
    queue,
    searcher,
    webhooks: LOCAL_WEBHOOKS,
    timing,
    concurrency: 2,
    random: Math.random,
    log: silentLog,
  });
}
