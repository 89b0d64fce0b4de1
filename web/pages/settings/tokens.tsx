import { useState } from "preact/hooks";
import type { TokenResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { ago, clock } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { useAction } from "../../app/use-action.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, ErrorNote } from "../../ui/notes.tsx";
import { AdminOnly } from "./admin-only.tsx";
import { NewToken } from "./new-token.tsx";

/** Tokens: who may do what, and when each was used last. */
export function Tokens() {
  const tokens = useResource("tokens", async () => (await call(() => api.GET("/v1/tokens"))).items);
  return (
    <section class="panel" aria-label="Tokens">
      <header>
        <h2>Tokens</h2>
      </header>
      <AdminOnly resource={tokens} what="see or make tokens">
        {(items) => (
          <div class="stack">
            <NewToken onMade={tokens.reload} />
            {items.length === 0 ? (
              <Empty>No token yet. An agent on another host needs one of scope agent.</Empty>
            ) : (
              <TokenTable tokens={items} onChange={tokens.reload} />
            )}
          </div>
        )}
      </AdminOnly>
    </section>
  );
}

function TokenTable({ tokens, onChange }: { tokens: readonly TokenResource[]; onChange: () => void }) {
  const [asked, setAsked] = useState<TokenResource | null>(null);
  return (
    <>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Scope</th>
              <th>Last used</th>
              <th class="hide-small">Expires</th>
              <th class="hide-small">Made</th>
              <th>
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <TokenRow key={token.id} token={token} onRevoke={() => setAsked(token)} />
            ))}
          </tbody>
        </table>
      </div>
      {asked === null ? null : (
        <RevokeDialog token={asked} onClose={() => setAsked(null)} onRevoked={onChange} />
      )}
    </>
  );
}

function TokenRow({ token, onRevoke }: { token: TokenResource; onRevoke: () => void }) {
  const { name, scope, lastUsedAt, expiresAt, revokedAt, createdAt } = token;
  const expired = expiresAt !== null && new Date(expiresAt).getTime() < Date.now();
  return (
    <tr>
      <td>
        <div class="clip" title={name}>
          {name}
        </div>
      </td>
      <td>{scope}</td>
      <td title={lastUsedAt === null ? undefined : clock(lastUsedAt)}>
        {lastUsedAt === null ? <span class="muted">never</span> : ago(lastUsedAt)}
      </td>
      <td class="hide-small">
        {expiresAt === null ? "never" : expired ? <span class="error">expired</span> : clock(expiresAt)}
      </td>
      <td class="hide-small">{clock(createdAt)}</td>
      <td class="number">
        {revokedAt === null ? (
          <button type="button" class="danger" onClick={onRevoke}>
            Revoke …
          </button>
        ) : (
          <span class="muted" title={clock(revokedAt)}>
            revoked
          </span>
        )}
      </td>
    </tr>
  );
}

interface RevokeDialogProps {
  token: TokenResource;
  onClose: () => void;
  onRevoked: () => void;
}

function RevokeDialog({ token, onClose, onRevoked }: RevokeDialogProps) {
  const { underWay, error, run } = useAction();
  const revoke = () =>
    run(async () => {
      await call(() => api.DELETE("/v1/tokens/{id}", { params: { path: { id: token.id } } }));
      onRevoked();
      onClose();
    });
  return (
    <Dialog title={`Revoke ${token.name}?`} onClose={onClose}>
      <p style={{ margin: 0 }}>
        Whoever uses it is refused within five seconds. This cannot be undone.
        {token.scope === "agent" ? " Trials of agents that use it are lost, and run again elsewhere." : ""}
      </p>
      {error === null ? null : <ErrorNote error={error} />}
      <div class="row">
        <button type="button" class="danger" disabled={underWay} onClick={() => void revoke()}>
          Revoke
        </button>
        <button type="button" onClick={onClose}>
          Keep
        </button>
      </div>
    </Dialog>
  );
}
