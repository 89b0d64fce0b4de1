import { useTitle } from "../app/title.ts";
import { ErrorNote, Loaded } from "../ui/notes.tsx";
import { Failures } from "./hosts/failures.tsx";
import { HostCard } from "./hosts/host-card.tsx";
import { JoinLine } from "./hosts/join-line.tsx";
import { Queue } from "./hosts/queue.tsx";
import { answerTo } from "./hosts/why-nothing-runs.ts";
import { useHosts } from "./studies/use-hosts.ts";

/** Agents have no events, and both answers are small: read again this often while the page is seen. */
const REFRESH_MS = 5_000;

/** As many side by side as fit; a single one is not stretched. */
const CARDS = "repeat(auto-fill, minmax(min(100%, 380px), 1fr))";

/** Why is nothing running? */
export default function HostsPage() {
  const hosts = useHosts(REFRESH_MS, true);
  useTitle("Hosts and queue");
  return (
    <>
      <div class="page-head">
        <h1>Hosts and queue</h1>
      </div>
      <p class="question">Why is nothing running?</p>
      {hosts.error !== null && hosts.data !== null ? <ErrorNote error={hosts.error} /> : null}
      <Loaded resource={hosts}>
        {({ agents, queue }) => (
          <div class="stack">
            <p class="note" style={{ margin: 0 }} role="status">
              {answerTo(agents, queue)}
            </p>
            {agents.length === 0 ? (
              <JoinLine first />
            ) : (
              <div class="columns" style={{ gridTemplateColumns: CARDS }}>
                {agents.map((agent) => (
                  <HostCard key={agent.id} agent={agent} onChange={hosts.reload} />
                ))}
              </div>
            )}
            <Queue items={queue} />
            <Failures agents={agents} queue={queue} />
            {agents.length > 0 ? <JoinLine first={false} /> : null}
          </div>
        )}
      </Loaded>
    </>
  );
}
