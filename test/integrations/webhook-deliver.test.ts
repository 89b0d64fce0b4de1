import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pingEvent } from "../../core/webhook.ts";
import { createWebhookSender } from "../../integrations/webhooks/deliver.ts";
import { answerWith, isSigned, LOCAL_WEBHOOKS, type Receiver, startReceiver } from "../support/webhooks.ts";

const SECRET = `whsec_${"s".repeat(43)}`;
const PING = pingEvent({
  webhookId: "0123456789ab",
  nonce: "1",
  time: "2026-01-01T00:00:00.000Z",
  actor: "user:ä",
});
const ANY = { allowPrivate: true, allowLoopback: true };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const target = (url = receiver.url) => ({ url, secret: Buffer.from(SECRET) });

test("an event arrives as it is, with a signature over its bytes and the time", async () => {
  const sender = createWebhookSender({ policy: ANY, now: () => 1_767_225_600_500 });
  expect(await sender.send(target(), PING)).toEqual({ type: "delivered", status: 204 });
  const [request] = receiver.received;
  expect(request?.event).toEqual(PING);
  expect(request?.headers).toMatchObject({ "content-type": "application/json" });
  expect(String(request?.headers["fettle-signature"])).toMatch(/^t=1767225600,v1=/);
  expect(request && isSigned(request, SECRET)).toBe(true);
  expect(request && isSigned({ ...request, body: `${request.body} ` }, SECRET)).toBe(false);
});

test.each([301, 302, 303, 307, 308])("a redirect by %i is refused and not followed", async (status) => {
  const other = await startReceiver();
  receiver.answer = answerWith(status, { location: other.url });
  const sent = await LOCAL_WEBHOOKS.send(target(), PING);
  expect(sent).toMatchObject({ type: "failed", status, error: expect.stringContaining("not followed") });
  expect(other.received).toEqual([]);
  await other.close();
});

test.each([400, 404, 429, 500, 503])(
  "an answer of %i is a failure that may be tried again",
  async (status) => {
    receiver.answer = answerWith(status);
    expect(await LOCAL_WEBHOOKS.send(target(), PING)).toMatchObject({ type: "failed", status });
  },
);

test("410 means that the receiver wants no more", async () => {
  receiver.answer = answerWith(410);
  expect(await LOCAL_WEBHOOKS.send(target(), PING)).toEqual({ type: "gone" });
});

test("the name is resolved once; the connection goes to that address", async () => {
  let queries = 0;
  const sender = createWebhookSender({
    policy: ANY,
    now: Date.now,
    resolve: async () => {
      queries++;
      return [{ address: "127.0.0.1", family: 4 }];
    },
  });
  const url = receiver.url.replace("127.0.0.1", "name.invalid");
  expect(await sender.send(target(url), PING)).toMatchObject({ type: "delivered" });
  expect(queries).toBe(1);
  expect(receiver.received[0]?.headers.host).toMatch(/^name\.invalid:/);
});

test("a target that the policy forbids is never connected to", async () => {
  const sender = createWebhookSender({
    policy: { allowPrivate: false, allowLoopback: false },
    now: Date.now,
    resolve: async () => [{ address: "127.0.0.1", family: 4 }],
  });
  const url = receiver.url.replace("http://127.0.0.1", "https://name.invalid");
  expect(await sender.send(target(url), PING)).toEqual({
    type: "failed",
    status: null,
    error: "The URL is refused: its address is not a public one.",
  });
  expect(receiver.received).toEqual([]);
});

describe("within the time limit", () => {
  const sender = createWebhookSender({ policy: ANY, now: Date.now, timeoutMs: 200 });
  const TIMED_OUT = { type: "failed", status: null, error: "No answer within 0.2 s." };

  test("a receiver that never answers is given up", async () => {
    receiver.answer = () => undefined;
    expect(await sender.send(target(), PING)).toEqual(TIMED_OUT);
  });

  test("a name server that never answers is given up", async () => {
    const hanging = createWebhookSender({
      policy: ANY,
      now: Date.now,
      timeoutMs: 200,
      resolve: () => new Promise(() => undefined),
    });
    expect(await hanging.send(target("https://name.invalid/"), PING)).toEqual(TIMED_OUT);
  });

  test("a reply that never ends counts by its status", async () => {
    receiver.answer = (response) => void response.writeHead(200).write("…");
    expect(await sender.send(target(), PING)).toEqual({ type: "delivered", status: 200 });
  });
});

test("a flood in reply is cut off", async () => {
  let written = 0;
  let closed = false;
  receiver.answer = (response) => {
    const chunk = Buffer.alloc(16 * 1024);
    const pump = () => {
      while (!closed && written < 1e9) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", pump);
      }
    };
    response.once("close", () => {
      closed = true;
    });
    response.writeHead(200);
    pump();
  };
  expect(await LOCAL_WEBHOOKS.send(target(), PING)).toEqual({ type: "delivered", status: 200 });
  expect(written).toBeLessThan(50e6);
});

test("a receiver that is down is named by the error's code", async () => {
  await receiver.close();
  expect(await LOCAL_WEBHOOKS.send(target(), PING)).toEqual({
    type: "failed",
    status: null,
    error: "The receiver was not reached: ECONNREFUSED.",
  });
});
