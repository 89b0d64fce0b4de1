import type { WebhookResource } from "../../../core/webhook.ts";
import { api, call } from "../../api/client.ts";
import { useResource } from "../../app/resource.ts";
import { Empty } from "../../ui/notes.tsx";
import { AdminOnly } from "./admin-only.tsx";
import { NewWebhook } from "./new-webhook.tsx";
import { Webhook } from "./webhook.tsx";

/** Webhooks: who is told of which events. */
export function Webhooks() {
  const webhooks = useResource(
    "webhooks",
    async () => (await call(() => api.GET("/v1/webhooks"))).items as WebhookResource[],
  );
  return (
    <section class="panel" aria-label="Webhooks">
      <header>
        <h2>Webhooks</h2>
      </header>
      <AdminOnly resource={webhooks} what="see or make webhooks">
        {(items) => (
          <div class="stack">
            <NewWebhook onMade={webhooks.reload} />
            {items.length === 0 ? (
              <Empty>None yet. A webhook POSTs events, signed, to a URL of yours.</Empty>
            ) : null}
            {items.map((webhook) => (
              <Webhook key={webhook.id} webhook={webhook} onDeleted={webhooks.reload} />
            ))}
          </div>
        )}
      </AdminOnly>
    </section>
  );
}
