import { api, call } from "../../api/client.ts";
import { clock } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { Link } from "../../ui/link.tsx";
import { Empty, Loaded } from "../../ui/notes.tsx";

const SHOWN = 20;

/** The latest deliveries of a webhook, newest first. */
export function Deliveries({ webhook }: { webhook: string }) {
  const params = { path: { id: webhook }, query: { limit: SHOWN } };
  const deliveries = useResource(webhook, async () => {
    return (await call(() => api.GET("/v1/webhooks/{id}/deliveries", { params }))).items;
  });
  return (
    <Loaded resource={deliveries}>
      {(items) =>
        items.length === 0 ? (
          <Empty>Nothing was sent yet. Ended deliveries are listed for seven days.</Empty>
        ) : (
          <div class="scroll" style={{ maxHeight: 320 }}>
            <table>
              <thead>
                <tr>
                  <th>When</th>
                  <th>Event</th>
                  <th>Study</th>
                  <th>State</th>
                  <th class="number">Tries</th>
                </tr>
              </thead>
              <tbody>
                {items.map((delivery) => (
                  <tr key={delivery.event}>
                    <td class="nowrap">{clock(delivery.createdAt)}</td>
                    <td>{delivery.type}</td>
                    <td>
                      <Link to={`/studies/${encodeURIComponent(delivery.study)}`}>{delivery.study}</Link>
                    </td>
                    <td>
                      {delivery.state}
                      {delivery.lastError === null ? null : (
                        <div class="error small" style={{ overflowWrap: "anywhere" }}>
                          {delivery.lastError}
                        </div>
                      )}
                    </td>
                    <td class="number">{delivery.tries}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Loaded>
  );
}
