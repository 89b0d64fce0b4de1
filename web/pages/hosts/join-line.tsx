import { api, call } from "../../api/client.ts";
import { useResource } from "../../app/resource.ts";
import { Copyable } from "../../ui/copy-button.tsx";

const LOOPBACK = /^(127\.|localhost$|\[::1\]$)/;

/** The line that makes a host an agent of this server. `first`: there is none yet. */
export function JoinLine({ first }: { first: boolean }) {
  const version = useResource("version", () => call(() => api.GET("/v1/version")));
  const needsToken = version.data?.auth === "token";
  const line = `fettle agent --url ${window.location.origin}`;
  return (
    <section class="panel" aria-label="Add a host">
      <header>
        <h2>{first ? "Waiting for the first agent …" : "Add a host"}</h2>
      </header>
      <p class="muted" style={{ marginTop: 0 }}>
        {first
          ? "Run this on a host that shall run trials; it appears here by itself. It needs this address and nothing else."
          : "Run this on it. The agent finds its GPUs by itself, and needs this address and nothing else."}
      </p>
      <Copyable text={needsToken ? `FETTLE_TOKEN=ftl_… ${line}` : line} />
      {needsToken ? (
        <p class="muted">
          The token: one of scope <code>agent</code>, from the settings or by{" "}
          <code>fettle token create gpu-hosts --scope agent</code>.
        </p>
      ) : null}
      {LOOPBACK.test(window.location.hostname) ? (
        <p class="muted">
          This address is of this machine alone. For other hosts, start the server with <code>--host</code>{" "}
          and open it under a name that they can reach.
        </p>
      ) : null}
    </section>
  );
}
