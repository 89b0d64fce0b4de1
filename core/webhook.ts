import { z } from "zod";
import type { StudyEventBody } from "./event.ts";
import { type EventResource, eventResourceSchema, projectSchema } from "./resources.ts";
import { textSchema } from "./text.ts";

/** Webhooks: who is told of which events, what exactly is sent, and when it is sent again. */

export const EVENT_TYPES = Object.keys({
  "study.created": true,
  "study.warm-started": true,
  "study.changed": true,
  "study.paused": true,
  "study.resumed": true,
  "study.stop-requested": true,
  "study.stopping": true,
  "study.done": true,
  "trial.paused": true,
  "trial.promoted": true,
  "trial.held-out": true,
  "search.waiting": true,
  "search.exhausted": true,
  "trial.enqueued": true,
  "trial.scheduled": true,
  "trial.started": true,
  "trial.observed": true,
  "trial.stopping": true,
  "trial.stop-requested": true,
  "trial.requeued": true,
  "trial.retry-requested": true,
  "trial.finished": true,
  "attempt.ended": true,
} satisfies Record<StudyEventBody["type"], true>) as [StudyEventBody["type"], ...StudyEventBody["type"][]];

export const webhookIdSchema = z.string().regex(/^[0-9a-f]{12}$/);

export const newWebhookSchema = z.strictObject({
  url: textSchema().min(1).max(2048).describe("Where events are POSTed: https, at a public address."),
  project: projectSchema.nullable().default(null).describe("Null: events of every project."),
  types: z
    .array(z.enum(EVENT_TYPES))
    .max(EVENT_TYPES.length)
    .default([])
    .describe("Empty: events of every type."),
});
export type NewWebhook = z.infer<typeof newWebhookSchema>;

export const webhookResourceSchema = z.object({
  id: webhookIdSchema,
  project: projectSchema.nullable(),
  url: z.string(),
  types: z.array(z.string()),
  createdAt: z.iso.datetime(),
  disabledAt: z.iso.datetime().nullable(),
  disabledReason: z.string().nullable(),
});
export type WebhookResource = z.infer<typeof webhookResourceSchema>;

/** pending: being sent, or waiting for its turn or its next try. dead: given up. */
const DELIVERY_STATES = ["pending", "delivered", "dead"] as const;

export const deliveryResourceSchema = z.object({
  event: z.string().describe("The event's id."),
  type: z.string(),
  study: z.string(),
  seq: z.int(),
  state: z.enum(DELIVERY_STATES),
  tries: z.int(),
  createdAt: z.iso.datetime(),
  doneAt: z.iso.datetime().nullable(),
  nextAt: z.iso.datetime().nullable().describe("Null once it is delivered or dead."),
  lastError: z.string().nullable(),
});
export type DeliveryResource = z.infer<typeof deliveryResourceSchema>;

/** The body of a delivery: CloudEvents' words where there are some. `id` is the same each time an event is sent. */
export const webhookEventSchema = z.object({
  id: z.string(),
  /** Position in the study's log, from 1; 0 for a ping. */
  seq: z.int().min(0),
  type: z.string(),
  time: z.iso.datetime(),
  actor: z.string(),
  /** `projects/<project>/studies/<study>[/trials/<number>]`, or `webhooks/<id>` for a ping. */
  subject: z.string(),
  reason: eventResourceSchema.shape.reason,
  data: z.record(z.string(), z.unknown()),
});
export type WebhookEvent = z.infer<typeof webhookEventSchema>;

/** The delivery that tells of a log entry. */
export function webhookEvent(event: EventResource): WebhookEvent {
  const { id, seq, type, time, actor, reason, data } = event;
  const study = `projects/${event.project}/studies/${event.study}`;
  const subject = event.trial === null ? study : `${study}/trials/${event.trial}`;
  return { id, seq, type, time, actor, subject, reason, data };
}

/** The delivery that the test button sends. `nonce` makes its id. */
export function pingEvent(ping: {
  webhookId: string;
  nonce: string;
  time: string;
  actor: string;
}): WebhookEvent {
  const { webhookId, nonce, time, actor } = ping;
  const reason = { rule: "webhook.test", inputs: {}, text: "A test of this webhook." };
  return {
    id: `ping-${nonce}`,
    seq: 0,
    type: "ping",
    time,
    actor,
    subject: `webhooks/${webhookId}`,
    reason,
    data: {},
  };
}

export interface WebhookTarget {
  url: string;
  /** The HMAC key: the bytes of the secret as it was shown. */
  secret: Uint8Array;
}

/** An outbox row that its taker alone may send for now. */
export interface Delivery {
  id: number;
  webhookId: string;
  target: WebhookTarget;
  event: EventResource;
  /** This one included, counted from 1: also the taker's claim on the row. */
  tries: number;
}

export type SendOutcome =
  | { type: "delivered"; status: number }
  /** The receiver wants no more (410). */
  | { type: "gone" }
  /** `error`: a short sentence without anything that the receiver said beyond its status. */
  | { type: "failed"; status: number | null; error: string };

/** What becomes of an outbox row. */
export type DeliveryOutcome =
  | { type: "delivered" }
  | { type: "retry"; afterMs: number; error: string }
  | { type: "dead"; error: string }
  /** Ends the webhook with all that waits for it. */
  | { type: "disable"; error: string };

/** The port to the outside: signs and sends. */
export interface WebhookSender {
  /** Why a URL can be no target, as far as it tells without a DNS query; null when it can. */
  refuse(url: string): string | null;
  /** One POST. Never rejects. */
  send(target: WebhookTarget, event: WebhookEvent): Promise<SendOutcome>;
}

export const MAX_TRIES = 12;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 3_600_000;
// 1 s, 4 s, 16 s, … 1 h: twelve tries span three to five hours, so that a receiver's outage of that length loses nothing.
const FACTOR = 4;

/** What follows from a try. `random` in [0, 1) spreads the waits over the upper half, so that receivers are not met by all at once. */
export function outcomeOf(sent: SendOutcome, tries: number, random: number): DeliveryOutcome {
  if (sent.type === "delivered") return { type: "delivered" };
  if (sent.type === "gone") return { type: "disable", error: "The receiver answered 410 Gone." };
  if (tries >= MAX_TRIES) return { type: "dead", error: sent.error };
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * FACTOR ** (tries - 1));
  return { type: "retry", afterMs: Math.round(wait * (0.5 + random / 2)), error: sent.error };
}
