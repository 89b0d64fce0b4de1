import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { useAction } from "../../app/use-action.ts";
import { Copyable } from "../../ui/copy-button.tsx";
import { ErrorNote } from "../../ui/notes.tsx";

const SCOPES = [
  { scope: "read", does: "sees everything, changes nothing" },
  { scope: "write", does: "creates and changes studies and trials" },
  { scope: "agent", does: "runs trials on a host" },
  { scope: "admin", does: "everything, tokens and webhooks included" },
] as const;
type Grantable = (typeof SCOPES)[number]["scope"];

const DAY_SECONDS = 86_400;
const LIFETIMES = [7, 30, 90, 365];

/** Makes a token, and shows it this once. */
export function NewToken({ onMade }: { onMade: () => void }) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Grantable>("read");
  const [days, setDays] = useState(90);
  const [secret, setSecret] = useState<string | null>(null);
  const { underWay, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const expiry = days === 0 ? {} : { expiresInSeconds: days * DAY_SECONDS };
      const made = await call(() =>
        api.POST("/v1/tokens", { body: { name: name.trim(), scope, ...expiry } }),
      );
      setSecret(made.token);
      setName("");
      onMade();
    });
  };
  return (
    <div class="stack" style={{ gap: 8 }}>
      <form class="row" aria-label="New token" onSubmit={make}>
        <label>
          Name
          <input
            required
            placeholder="as in gpu-hosts"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label>
          Scope
          <select value={scope} onChange={(event) => setScope(event.currentTarget.value as Grantable)}>
            {SCOPES.map((each) => (
              <option key={each.scope} value={each.scope}>
                {each.scope}
              </option>
            ))}
          </select>
        </label>
        <label>
          Expires
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {LIFETIMES.map((lifetime) => (
              <option key={lifetime} value={lifetime}>
                in {lifetime} days
              </option>
            ))}
            <option value={0}>never</option>
          </select>
        </label>
        <button type="submit" disabled={underWay}>
          Make a token
        </button>
        <span class="muted">{SCOPES.find((each) => each.scope === scope)!.does}</span>
      </form>
      {error === null ? null : <ErrorNote error={error} />}
      {secret === null ? null : (
        <div class="note warn" role="status">
          <p style={{ marginTop: 0 }}>Copy it now: it is shown this once, and only its hash is stored.</p>
          <Copyable text={secret} />
          <button type="button" class="link" onClick={() => setSecret(null)}>
            I have it
          </button>
        </div>
      )}
    </div>
  );
}
