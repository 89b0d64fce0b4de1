import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWebhookSender } from "../../integrations/webhooks/deliver.ts";
import { startService, type TestService } from "../support/service.ts";
import { waitFor } from "../support/wait-for.ts";
import { answerWith, isSigned, type Receiver, startReceiver } from "../support/webhooks.ts";

let service: TestService;
let receiver: Receiver;
beforeEach(async () => {
  [service, receiver] = await Promise.all([startService(), startReceiver()]);
});
afterEach(async () => {
  await service.close();
  await receiver.close();
});

const STUDIES = "/v1/projects/default/studies";
const STUDY = {
  name: "announced",
  parameters: [{ name: "x", type: "float", low: 0, high: 1 }],
  objectives: [{ metric: "loss", goal: "minimize" }],
  budget: { maxTrials: 2 },
};

async function createWebhook(body: object = {}): Promise<{ id: string; secret: string }> {
  const answer = await service.call("POST", "/v1/webhooks", { url: receiver.url, ...body });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function finishTrials(): Promise<void> {
  for (let value = 1; value <= 2; value++) {
    const suggested = await service.call("POST", `${STUDIES}/announced/suggest`, {
      workerId: "w",
      waitSeconds: 10,
    });
    const [{ trial, attempt }] = suggested.body.assignments;
    const path = `${STUDIES}/announced/trials/${trial}/complete`;
    expect((await service.call("POST", path, { values: { loss: value }, attempt })).status).toBe(200);
  }
}

test("a study's whole log arrives at the receiver, in order, signed with the secret that was shown", async () => {
  const { secret, id } = await createWebhook();
  await service.call("POST", STUDIES, STUDY);
  await finishTrials();
  await waitFor(() => receiver.received.some(({ event }) => event.type === "study.done"));
  const { body } = await service.call("GET", `${STUDIES}/announced/events`);
  const log: { id: string; seq: number; type: string }[] = body.items;
  const heard = receiver.received.map(({ event }) => [event.seq, event.id, event.type]);
  expect(heard).toEqual(log.map((event) => [event.seq, event.id, event.type]));
  expect(receiver.received.every((request) => isSigned(request, secret))).toBe(true);

  await waitFor(async () => {
    const { body: deliveries } = await service.call("GET", `/v1/webhooks/${id}/deliveries`);
    return deliveries.items.every(({ state }: { state: string }) => state === "delivered");
  });
  const latest = await service.call("GET", `/v1/webhooks/${id}/deliveries?limit=1`);
  expect(latest.body.items).toMatchObject([
    { type: "study.done", study: "announced", tries: 1, nextAt: null },
  ]);
});

test("a webhook for the end of studies hears of that alone", async () => {
  await createWebhook({ types: ["study.done"] });
  await service.call("POST", STUDIES, STUDY);
  await finishTrials();
  await waitFor(() => receiver.received.length > 0);
  expect(receiver.received.map(({ event }) => event.type)).toEqual(["study.done"]);
  expect(receiver.received[0]?.event.subject).toBe("projects/default/studies/announced");
});

test("the secret is shown once, and is in no other answer", async () => {
  const { secret, id } = await createWebhook();
  expect(secret).toMatch(/^whsec_[\w-]{43}$/);
  const list = await service.call("GET", "/v1/webhooks");
  expect(list.body.items).toMatchObject([
    { id, url: receiver.url, project: null, types: [], disabledAt: null },
  ]);
  const test = await service.call("POST", `/v1/webhooks/${id}/test`);
  const deliveries = await service.call("GET", `/v1/webhooks/${id}/deliveries`);
  for (const { text } of [list, test, deliveries]) expect(text).not.toContain(secret.slice(6));
});

describe("the test button", () => {
  test("sends a signed ping now and says that it arrived", async () => {
    const { id, secret } = await createWebhook({ types: ["study.done"] });
    const answer = await service.call("POST", `/v1/webhooks/${id}/test`);
    expect(answer.body).toEqual({ delivered: true, status: 204, error: null });
    const [request] = receiver.received;
    expect(request?.event).toMatchObject({
      type: "ping",
      seq: 0,
      subject: `webhooks/${id}`,
      actor: "user:local",
    });
    expect(request && isSigned(request, secret)).toBe(true);
  });

  test("says why it did not arrive, without a word of what the receiver said", async () => {
    const { id } = await createWebhook();
    receiver.answer = (response) => void response.writeHead(500).end("internal-detail");
    const answer = await service.call("POST", `/v1/webhooks/${id}/test`);
    expect(answer.body).toEqual({ delivered: false, status: 500, error: "The receiver answered 500." });
    receiver.answer = answerWith(410);
    expect((await service.call("POST", `/v1/webhooks/${id}/test`)).body).toMatchObject({ status: 410 });
  });

  test("on a webhook that is not there answers 404", async () => {
    const { id } = await createWebhook();
    expect((await service.call("DELETE", `/v1/webhooks/${id}`)).status).toBe(204);
    expect((await service.call("POST", `/v1/webhooks/${id}/test`)).status).toBe(404);
    expect((await service.call("DELETE", `/v1/webhooks/${id}`)).status).toBe(404);
    expect((await service.call("GET", `/v1/webhooks/${id}/deliveries`)).status).toBe(404);
  });
});

test("a URL that leads inside is refused when the webhook is made", async () => {
  const webhooks = createWebhookSender({
    policy: { allowPrivate: false, allowLoopback: false },
    now: Date.now,
  });
  const guarded = await startService({ scheduler: false, webhooks });
  for (const url of [
    "http://example.com/",
    "https://169.254.169.254/latest/",
    "https://[::ffff:127.0.0.1]/",
  ]) {
    const answer = await guarded.call("POST", "/v1/webhooks", { url });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: "/url", code: "refused-url" }] },
    });
  }
  await guarded.close();
});

test("an unknown event type is refused", async () => {
  const answer = await service.call("POST", "/v1/webhooks", { url: receiver.url, types: ["study.finished"] });
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: "/types/0" }] } });
});
