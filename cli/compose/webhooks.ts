import type { WebhookSender } from "../../core/webhook.ts";
import { createWebhookSender } from "../../integrations/webhooks/deliver.ts";
import type { Config } from "../config.ts";
import { authOf } from "./auth.ts";

/**
 * Sends webhooks to public addresses, or as the setting says. To this machine too where whoever is on it may do anything
 * anyway; a database elsewhere tells that others make webhooks as well.
 */
export function openWebhooks(config: Config): WebhookSender {
  const allowPrivate = config.webhookTargets === "any";
  const allowLoopback = config.databaseUrl === undefined && authOf(config).mode === "open-loopback";
  return createWebhookSender({ policy: { allowPrivate, allowLoopback }, now: Date.now });
}
