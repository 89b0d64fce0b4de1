import { useState } from "preact/hooks";
import type { WebhookResource } from "../../../core/webhook.ts";
import { api, call } from "../../api/client.ts";
import { clock } from "../../app/format.ts";
import { useAction } from "../../app/use-action.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/notes.tsx";
import { Deliveries } from "./deliveries.tsx";

interface WebhookProps {
  webhook: WebhookResource;
  onDeleted: () => void;
}

/** A webhook: test it, see what was delivered, delete it. */
export function Webhook({ webhook, onDeleted }: WebhookProps) {
  const [shown, setShown] = useState(false);
  const [asking, setAsking] = useState(false);
  const [tested, setTested] = useState<string | null>(null);
  const { underWay, error, run } = useAction();
  const params = { path: { id: webhook.id } };
  const test = () =>
    run(async () => {
      const {
        delivered,
        status,
        error: why,
      } = await call(() => api.POST("/v1/webhooks/{id}/test", { params }));
      setTested(
        delivered ? `Delivered: the receiver answered ${status}.` : `Not delivered: ${why ?? status}`,
      );
    });
  const remove = () =>
    run(async () => {
      setAsking(false);
      await call(() => api.DELETE("/v1/webhooks/{id}", { params }));
      onDeleted();
    });
  return (
    <article class="stack" style={{ gap: 6, borderTop: "1px solid var(--line)", paddingTop: 10 }}>
      <div class="row">
        <code class="grow" style={{ overflowWrap: "anywhere", minWidth: "min(100%, 220px)" }}>
          {webhook.url}
        </code>
        <button type="button" disabled={underWay} onClick={() => void test()}>
          Test
        </button>
        <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
          Deliveries
        </button>
        <button type="button" class="danger" disabled={underWay} onClick={() => setAsking(true)}>
          Delete …
        </button>
      </div>
      <div class="muted small">
        {webhook.types.length === 0 ? "every event" : webhook.types.join(", ")}, in{" "}
        {webhook.project ?? "every project"}, since {clock(webhook.createdAt)}
      </div>
      {webhook.disabledAt === null ? null : (
        <div class="note warn">
          Disabled {clock(webhook.disabledAt)}: {webhook.disabledReason}
        </div>
      )}
      {tested === null ? null : <div role="status">{tested}</div>}
      {error === null ? null : <ErrorNote error={error} />}
      {shown ? <Deliveries webhook={webhook.id} /> : null}
      {asking ? (
        <Dialog title="Delete this webhook?" onClose={() => setAsking(false)}>
          <p style={{ margin: 0 }}>
            Events that wait for <code>{webhook.url}</code> are dropped with it.
          </p>
          <div class="row">
            <button type="button" class="danger" onClick={() => void remove()}>
              Delete
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              Keep
            </button>
          </div>
        </Dialog>
      ) : null}
    </article>
  );
}
