import { useState } from "preact/hooks";
import type { NewWebhook as NewWebhookBody } from "../../../core/webhook.ts";
import { api, call } from "../../api/client.ts";
import { project } from "../../app/router.ts";
import { useAction } from "../../app/use-action.ts";
import { Copyable } from "../../ui/copy-button.tsx";
import { ErrorNote } from "../../ui/notes.tsx";

type EventType = NewWebhookBody["types"][number];

/** What people subscribe to; any other choice is the API's or the command line's. */
const CHOICES: readonly { name: string; types: readonly EventType[] }[] = [
  { name: "the end of a study", types: ["study.done"] },
  { name: "ends of studies and trials", types: ["study.done", "trial.finished"] },
  { name: "everything", types: [] },
];

/** Makes a webhook, and shows its signing secret this once. */
export function NewWebhook({ onMade }: { onMade: () => void }) {
  const [url, setUrl] = useState("");
  const [choice, setChoice] = useState(0);
  const [everywhere, setEverywhere] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { underWay, error, run } = useAction();
  const make = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const body = {
        url: url.trim(),
        types: [...CHOICES[choice]!.types],
        project: everywhere ? null : project.value,
      };
      const made = await call(() => api.POST("/v1/webhooks", { body }));
      setSecret(made.secret);
      setUrl("");
      onMade();
    });
  };
  return (
    <div class="stack" style={{ gap: 8 }}>
      <form class="row" aria-label="New webhook" onSubmit={make}>
        <label class="grow" style={{ minWidth: "min(100%, 260px)" }}>
          URL
          <input
            class="grow"
            type="url"
            required
            placeholder="https://example.com/fettle"
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </label>
        <label>
          Tells of
          <select value={choice} onChange={(event) => setChoice(Number(event.currentTarget.value))}>
            {CHOICES.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={everywhere}
            onChange={(event) => setEverywhere(event.currentTarget.checked)}
          />
          in every project
        </label>
        <button type="submit" disabled={underWay}>
          Make a webhook
        </button>
      </form>
      {error === null ? null : <ErrorNote error={error} />}
      {secret === null ? null : (
        <div class="note warn" role="status">
          <p style={{ marginTop: 0 }}>The key of its signatures. Copy it now: it is shown this once.</p>
          <Copyable text={secret} />
          <button type="button" class="link" onClick={() => setSecret(null)}>
            I have it
          </button>
        </div>
      )}
    </div>
  );
}
