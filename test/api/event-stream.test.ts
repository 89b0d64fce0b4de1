import type { Server } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startApi, type TestApi } from "../support/api.ts";
import { waitFor } from "../support/wait-for.ts";

test("a client that leaves before its event stream begins is not counted as one", async () => {
  let asked = false;
  let polls = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const api = await startApi({
    store: {
      getStudy: async () => {
        asked = true;
        await answered;
        return { project: "default", name: "slow" };
      },
      eventsAfter: async () => {
        polls += 1;
        return { events: [], position: "0-0" };
      },
    } as never,
  });
  const socket = await openStream(api, "?study=slow");
  await waitFor(() => asked, { what: "the request" });
  socket.destroy();
  await waitFor(async () => (await connections(api.app.server)) === 0, { what: "the end of the connection" });
  answer();
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(await clients(api)).toBe(0);
  expect(polls).toBe(0);
  await api.close();
});

async function openStream(api: TestApi, query = ""): Promise<Socket> {
  const url = new URL(await api.listen());
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.write(`GET /v1/events${query} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
  return socket;
}

async function clients(api: TestApi): Promise<number> {
  const { text } = await api.call("GET", "/metrics");
  return Number(/^fettle_event_clients (\d+)/m.exec(text)?.[1]);
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
