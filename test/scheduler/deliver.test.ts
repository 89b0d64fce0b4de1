import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewEvent } from "../../core/store.ts";
import type { DeliveryResource, WebhookSender } from "../../core/webhook.ts";
import { createDeliverer } from "../../scheduler/deliver.ts";
import { specOf } from "../support/simulated-study.ts";
import { createTestStore, type TestStore } from "../support/store.ts";
import { waitFor } from "../support/wait-for.ts";
import { answerWith, isSigned, LOCAL_WEBHOOKS, type Receiver, startReceiver } from "../support/webhooks.ts";

const SECRET = `whsec_${"k".repeat(43)}`;
const HOOK = "0000000000aa";

let world: TestStore;
let receiver: Receiver;
beforeEach(async () => {
  [world, receiver] = await Promise.all([createTestStore(), startReceiver()]);
});
afterEach(async () => {
  await receiver.close();
  await world.close();
});

const addWebhook = (overrides: object = {}) =>
  world.store.createWebhook({
    id: HOOK,
    project: null,
    url: receiver.url,
    types: [],
    secret: Buffer.from(SECRET),
    ...overrides,
  });

async function addStudy(name: string, project = "default"): Promise<string> {
  return (await world.store.createStudy(project, specOf({ name }), "user:test")).id;
}

/** A turn that logs `count` events; what the commit answered. */
function log(studyId: string, count = 1, type = "search.waiting" as "search.waiting" | "search.exhausted") {
  return world.store.withTurn(studyId, (turn) => {
    const why = { rule: "test", inputs: {}, text: "Because." };
    const event: NewEvent = { actor: "scheduler", time: turn.now, body: { type }, why };
    return turn.commit(
      Array.from({ length: count }, () => event),
      [],
    );
  });
}

const sender = (overrides: { leaseMs?: number; sender?: Pick<WebhookSender, "send"> } = {}) =>
  createDeliverer({
    store: world.store,
    sender: LOCAL_WEBHOOKS,
    random: () => 0,
    leaseMs: 10_000,
    ...overrides,
  });

/** Lets every waiting row be due. */
const passTime = () =>
  world.sql`update outbox set next_at = now() - interval '1 second' where done_at is null`;

const states = async (id = HOOK): Promise<DeliveryResource["state"][]> =>
  (await world.store.listDeliveries(id, 1000)).map(({ state }) => state).reverse();

const heard = (study: string) =>
  receiver.received.filter(({ event }) => event.subject.endsWith(`/${study}`)).map(({ event }) => event.seq);

describe("what is announced", () => {
  test("nothing, when there is no webhook", async () => {
    expect(await log(await addStudy("quiet"), 3)).toBe("committed");
    expect(await world.sql`select id from outbox`).toHaveLength(0);
  });

  test("what was committed after the webhook was made, not before", async () => {
    const study = await addStudy("s");
    await log(study, 2);
    await addWebhook();
    expect(await log(study, 2)).toBe("announced");
    await sender().deliver();
    expect(heard("s")).toEqual([3, 4]);
  });

  test("events of the webhook's project and types alone", async () => {
    await addWebhook({ project: "mine", types: ["search.exhausted"] });
    const [mine, other] = [await addStudy("mine", "mine"), await addStudy("other", "other")];
    expect(await log(mine, 1, "search.waiting")).toBe("committed");
    expect(await log(other, 1, "search.exhausted")).toBe("committed");
    expect(await log(mine, 1, "search.exhausted")).toBe("announced");
    await sender().deliver();
    expect(receiver.received.map(({ event }) => [event.subject, event.type])).toEqual([
      ["projects/mine/studies/mine", "search.exhausted"],
    ]);
  });

  test("nothing of a turn that was rolled back", async () => {
    await addWebhook();
    const study = await addStudy("s");
    await expect(
      world.store.withTurn(study, async (turn) => {
        const why = { rule: "test", inputs: {}, text: "Because." };
        await turn.commit([{ actor: "x", time: turn.now, body: { type: "search.waiting" }, why }], []);
        throw new Error("the process fails after its commit call, before the transaction's end");
      }),
    ).rejects.toThrow();
    expect(await world.sql`select id from outbox`).toHaveLength(0);
  });

  test("the last events of a study that was deleted; then the study can go", async () => {
    await addWebhook();
    const study = await addStudy("s");
    await log(study, 2);
    await world.store.deleteStudy(study, "user:test");
    await world.store.purge();
    await sender().deliver();
    expect(heard("s")).toEqual([1, 2]);
    await world.store.purge();
    expect(await world.sql`select id from studies`).toHaveLength(0);
    expect(await world.sql`select id from outbox`).toHaveLength(0);
  });
});

describe("sending", () => {
  test("keeps each study's order, signs everything, and sends each event once when all goes well", async () => {
    await addWebhook();
    const [a, b] = [await addStudy("a"), await addStudy("b")];
    await Promise.all([log(a, 30), log(b, 30)]);
    await Promise.all([sender().deliver(), sender().deliver()]);
    // The first to find nothing due has ended; the other's rows are on their way.
    await waitFor(async () => (await states()).every((state) => state === "delivered"));
    const counted = Array.from({ length: 30 }, (_, index) => index + 1);
    expect(heard("a")).toEqual(counted);
    expect(heard("b")).toEqual(counted);
    expect(receiver.received.every((request) => isSigned(request, SECRET))).toBe(true);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(60);
  });

  test("holds back what follows a failed event, and goes on in order once the receiver is up again", async () => {
    await addWebhook();
    const study = await addStudy("s");
    await log(study, 3);
    receiver.answer = answerWith(503);
    await sender().deliver();
    expect(heard("s")).toEqual([1]);
    const [, , first] = await world.store.listDeliveries(HOOK, 10);
    expect(first).toMatchObject({ state: "pending", tries: 1, lastError: "The receiver answered 503." });
    await sender().deliver();
    expect(heard("s")).toEqual([1]);

    receiver.answer = answerWith(200);
    await passTime();
    await sender().deliver();
    expect(heard("s")).toEqual([1, 1, 2, 3]);
    expect(await states()).toEqual(["delivered", "delivered", "delivered"]);
    expect(receiver.received[0]?.event.id).toBe(receiver.received[1]?.event.id);
  });

  test("a receiver that was not there at all gets everything when it comes back", async () => {
    await addWebhook();
    const study = await addStudy("s");
    await log(study, 2);
    await receiver.close();
    await sender().deliver();
    expect((await world.store.listDeliveries(HOOK, 10)).at(-1)?.lastError).toMatch("ECONNREFUSED");
    receiver = await startReceiver(Number(new URL(receiver.url).port));
    await passTime();
    await sender().deliver();
    expect(heard("s")).toEqual([1, 2]);
  });

  test("one study's trouble does not hold up another's", async () => {
    await addWebhook();
    const [bad, good] = [await addStudy("bad"), await addStudy("good")];
    await Promise.all([log(bad, 2), log(good, 2)]);
    receiver.answer = (response, request) =>
      answerWith(request.event.subject.endsWith("/bad") ? 500 : 200)(response, request);
    await sender().deliver();
    expect(heard("good")).toEqual([1, 2]);
    expect(heard("bad")).toEqual([1]);
  });

  test("twelve failures make an event dead, and its followers go on", async () => {
    await addWebhook();
    await log(await addStudy("s"), 2);
    receiver.answer = (response, request) =>
      answerWith(request.event.seq === 1 ? 500 : 200)(response, request);
    for (let attempt = 0; attempt < 12; attempt++) {
      await passTime();
      await sender().deliver();
    }
    expect(heard("s")).toEqual([...Array.from({ length: 12 }, () => 1), 2]);
    expect(await states()).toEqual(["dead", "delivered"]);
  });

  test("410 disables the webhook, ends what waits, and nothing more is announced to it", async () => {
    await addWebhook();
    const study = await addStudy("s");
    await log(study, 3);
    receiver.answer = answerWith(410);
    await sender().deliver();
    expect(receiver.received).toHaveLength(1);
    expect(await states()).toEqual(["dead", "dead", "dead"]);
    const [webhook] = await world.store.listWebhooks();
    expect(webhook).toMatchObject({ disabledReason: "The receiver answered 410 Gone." });
    expect(await log(study)).toBe("committed");
  });

  test("a webhook that is deleted is told no more", async () => {
    await addWebhook();
    const study = await addStudy("s");
    await log(study, 2);
    await world.store.deleteWebhook(HOOK);
    await sender().deliver();
    expect(receiver.received).toEqual([]);
    await expect(world.store.listDeliveries(HOOK, 1)).rejects.toMatchObject({ code: "not-found" });
    await expect(world.store.deleteWebhook(HOOK)).rejects.toMatchObject({ code: "not-found" });
  });

  test("a receiver that hangs does not take the places of another webhook's studies", async () => {
    await addWebhook({ url: `${receiver.url}?slow` });
    const studies = await Promise.all(Array.from({ length: 30 }, (_, index) => addStudy(`s${index}`)));
    await Promise.all(studies.map((study) => log(study)));
    await addWebhook({ id: "ffffffffffff" });
    await log(studies[0] as string);
    const taken = await world.store.takeDeliveries(20, 10_000);
    expect(taken.map(({ webhookId }) => webhookId).sort()).toEqual([HOOK, HOOK, HOOK, HOOK, "ffffffffffff"]);
  });
});

describe("a sender that dies", () => {
  const neverSettles = { ...LOCAL_WEBHOOKS, send: () => new Promise<never>(() => undefined) };

  test("between POST and record: the event is sent again once the lease is over, under the same id", async () => {
    await addWebhook();
    await log(await addStudy("s"), 2);
    // The store is gone for the first sender after its POST, as it is for a process that was killed there.
    const killed = createDeliverer({
      store: { ...world.store, settleDelivery: () => new Promise<never>(() => undefined) },
      sender: LOCAL_WEBHOOKS,
      random: () => 0,
      leaseMs: 300,
    });
    void killed.deliver();
    await waitFor(() => receiver.received.length === 1);
    const successor = sender();
    await waitFor(async () => {
      await successor.deliver();
      return (await states()).every((state) => state === "delivered");
    });
    expect(heard("s")).toEqual([1, 1, 2]);
    expect(receiver.received[0]?.event).toEqual(receiver.received[1]?.event);
  });

  test("while its lease lasts, nobody sends the row or what follows it", async () => {
    await addWebhook();
    await log(await addStudy("s"), 2);
    void sender({ sender: neverSettles }).deliver();
    await waitFor(async () => (await world.store.listDeliveries(HOOK, 10)).some(({ tries }) => tries === 1));
    await sender().deliver();
    expect(receiver.received).toEqual([]);
  });

  test("and comes back late changes nothing", async () => {
    await addWebhook();
    await log(await addStudy("s"));
    const [late] = await world.store.takeDeliveries(1, 1);
    await passTime();
    const [current] = await world.store.takeDeliveries(1, 10_000);
    expect(current).toMatchObject({ id: late?.id, tries: 2 });
    const id = late?.id as number;
    for (const outcome of [
      { type: "dead", error: "x" },
      { type: "disable", error: "x" },
    ] as const) {
      expect(await world.store.settleDelivery(id, 1, outcome)).toBe(false);
    }
    expect(await states()).toEqual(["pending"]);
    expect(await world.store.settleDelivery(id, 2, { type: "delivered" })).toBe(true);
    expect(await world.store.settleDelivery(id, 2, { type: "dead", error: "x" })).toBe(false);
  });
});

test("ended deliveries are kept for a week", async () => {
  await addWebhook();
  await log(await addStudy("s"), 2);
  await sender().deliver();
  await world.sql`update outbox set done_at = now() - interval '8 days' where seq = 1`;
  await world.store.purge();
  expect((await world.store.listDeliveries(HOOK, 10)).map(({ seq }) => seq)).toEqual([2]);
});
