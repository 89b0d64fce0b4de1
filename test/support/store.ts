import { randomUUID } from "node:crypto";
import type { Capacity } from "../../core/placement.ts";
import type { Assignment, RegisterRequest, ResultRequest } from "../../core/protocol.ts";
import type { Store } from "../../core/store.ts";
import { connect, type Sql } from "../../store/postgres/connect.ts";
import { createPostgresStore } from "../../store/postgres/index.ts";
import { createTestDatabase, TEST_CONNECTION } from "./postgres.ts";

export interface TestStore {
  store: Store;
  sql: Sql;
  url: string;
  close(): Promise<void>;
}

/** The real store on a database of its own. */
export async function createTestStore(options: { connections?: number } = {}): Promise<TestStore> {
  const database = await createTestDatabase();
  const sql = connect(database.url, { ...TEST_CONNECTION, max: options.connections ?? 8 });
  const turns = connect(database.url, { ...TEST_CONNECTION, max: 4 });
  const store = createPostgresStore(sql, { turns });
  return {
    store,
    sql,
    url: database.url,
    close: async () => {
      await store.close();
      await database.drop();
    },
  };
}

export const HOST: Capacity = {
  pool: "default",
  labels: {},
  gpus: [],
  cpus: 16,
  memoryMb: 32_000,
  slots: 16,
};

/** A registered agent, as far as the store is concerned. */
export interface TestAgent {
  id: string;
  session: string;
  claim(options?: {
    max?: number;
    requestId?: string;
    free?: Capacity;
    leaseMs?: number;
  }): Promise<Assignment[]>;
}

export async function registerTestAgent(
  store: Store,
  overrides: Partial<RegisterRequest> = {},
): Promise<TestAgent> {
  const session = randomUUID();
  const { slots, ...host } = HOST;
  const request = {
    name: `agent-${session.slice(0, 8)}`,
    session,
    version: "test",
    slots,
    ...host,
    ...overrides,
  };
  const { agentId } = await store.registerAgent(request);
  return {
    id: agentId,
    session,
    claim: ({ max = 1, requestId = randomUUID(), free = HOST, leaseMs = 60_000 } = {}) =>
      store.claim(agentId, { session, requestId, free, max, waitMs: 0 }, leaseMs),
  };
}

/** The result of an attempt that went well. */
export const COMPLETED: ResultRequest = {
  outcome: "completed",
  failureClass: null,
  exitCode: 0,
  signal: null,
  message: null,
  logTruncatedBytes: 0,
  seenMetrics: ["loss"],
};
