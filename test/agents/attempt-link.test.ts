import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAttemptLink } from "../../agents/attempt-link.ts";
import { DEFECT_TRIES } from "../../agents/backoff.ts";
import { createClient } from "../../agents/client.ts";
import type { ResultRequest } from "../../core/protocol.ts";
import { FAST, type ProtocolServer, startProtocolServer } from "../support/protocol-server.ts";
import { waitFor } from "../support/wait-for.ts";

let server: ProtocolServer;
beforeEach(async () => {
  server = await startProtocolServer();
});
afterEach(() => server.close());

const RESULT: ResultRequest = {
  outcome: "completed",
  failureClass: null,
  exitCode: 0,
  signal: null,
  message: null,
  logTruncatedBytes: 0,
  seenMetrics: [],
};

function openLink(trusted: () => boolean) {
  const lost = new AbortController();
  const causes: string[] = [];
  const problems: string[] = [];
  const link = createAttemptLink({
    client: createClient(server.url, undefined),
    attempt: { trialId: randomUUID(), attempt: 1, session: randomUUID() },
    trusted,
    lost: lost.signal,
    onLost: (cause) => {
      causes.push(cause);
      lost.abort();
    },
    intervals: () => FAST,
    randomness: () => 0.01,
    onProblem: (problem) => problems.push(problem),
  });
  return { link, lost, causes, problems };
}

const stale = expect.objectContaining({ code: "stale-attempt" });

test("an attempt out of trust is lost, and not one byte about it is sent", async () => {
  const { link, causes } = openLink(() => false);
  await expect(link.report({ points: [] })).rejects.toEqual(stale);
  await expect(link.appendLog(0, new Uint8Array(3))).rejects.toEqual(stale);
  await expect(link.finish(RESULT)).rejects.toEqual(stale);
  expect(causes).toEqual(["expired"]);
  expect(server.requests).toEqual([]);
});

test("trust that ends while a request is retried ends the retries", async () => {
  server.setFault(() => ({ type: "cut" }));
  const { link, causes } = openLink(() => server.requests.length < 2);
  await expect(link.finish(RESULT)).rejects.toEqual(stale);
  expect(causes).toEqual(["expired"]);
  expect(server.requests).toHaveLength(2);
});

test("the server's word that the attempt is stale is believed", async () => {
  server.setFault(() => ({ type: "refuse", code: "stale-attempt" }));
  const { link, causes } = openLink(() => true);
  await expect(link.finish(RESULT)).rejects.toEqual(stale);
  expect(causes).toEqual(["stale"]);
});

test("a loss while a request is under way gives the request up", async () => {
  server.setFault(() => ({ type: "hang" }));
  const { link, lost } = openLink(() => true);
  const finishing = expect(link.finish(RESULT)).rejects.toEqual(stale);
  await waitFor(() => server.requests.length === 1);
  lost.abort();
  await finishing;
});

test.each(["stale-session", "agent-unknown", "unauthenticated"] as const)(
  "%s is for the heartbeat to settle: the request waits and goes on",
  async (code) => {
    server.setFault(() =>
      server.requests.length < 3 ? { type: "refuse", code } : { type: "refuse", code: "conflict" },
    );
    const { link, causes } = openLink(() => true);
    await expect(link.finish(RESULT)).rejects.toMatchObject({ code: "conflict" });
    expect(server.requests).toHaveLength(3);
    expect(causes).toEqual([]);
  },
);

test("a request that the server fails at again and again is said so, and given up", async () => {
  server.setFault(() => ({ type: "refuse", code: "internal" }));
  const { link, causes, problems } = openLink(() => true);
  await expect(link.finish(RESULT)).rejects.toMatchObject({ code: "internal" });
  expect(server.requests).toHaveLength(DEFECT_TRIES);
  expect(problems).toEqual([expect.stringContaining("its end")]);
  expect(causes).toEqual([]);
});

test("an outage may last longer than a server's defect", async () => {
  server.setFault(() =>
    server.requests.length <= DEFECT_TRIES + 2
      ? { type: "refuse", code: "store-unavailable" }
      : { type: "refuse", code: "conflict" },
  );
  const { link } = openLink(() => true);
  await expect(link.finish(RESULT)).rejects.toMatchObject({ code: "conflict" });
});
