import { api, call } from "../../api/client.ts";
import { setToken, token } from "../../api/session.ts";
import { useResource } from "../../app/resource.ts";
import { Loaded } from "../../ui/notes.tsx";

/** What this server is. */
export function ServerFacts() {
  const version = useResource("version", () => call(() => api.GET("/v1/version")));
  return (
    <section class="panel" aria-label="This server">
      <header>
        <h2>This server</h2>
        <a href="/openapi.json">API description</a>
      </header>
      <Loaded resource={version}>
        {(facts) => (
          <dl class="facts">
            <dt>Version</dt>
            <dd>{facts.version}</dd>
            <dt>Access</dt>
            <dd>
              {facts.auth === "token"
                ? "by token"
                : "open on this machine: whoever is logged in may do everything"}
              {token.value === null ? null : (
                <>
                  {" "}
                  <button type="button" class="link" onClick={() => setToken(null)}>
                    Forget this browser's token
                  </button>
                </>
              )}
            </dd>
            <dt>Algorithms</dt>
            <dd>{facts.algorithms.join(", ")}</dd>
            <dt>Schedules</dt>
            <dd>{facts.schedules.join(", ")}</dd>
            <dt>Early stoppers</dt>
            <dd>{facts.earlyStoppers.join(", ")}</dd>
          </dl>
        )}
      </Loaded>
    </section>
  );
}
