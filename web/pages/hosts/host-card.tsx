import type { AgentResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { ago, clock, plural, short } from "../../app/format.ts";
import { useAction } from "../../app/use-action.ts";
import { Link } from "../../ui/link.tsx";
import { ErrorNote } from "../../ui/notes.tsx";
import { StateChip } from "../../ui/state-chip.tsx";
import { GpuTile } from "./gpu-tile.tsx";

interface HostCardProps {
  agent: AgentResource;
  onChange: () => void;
}

/** A host: what it has, what it runs, and whether it takes more. */
export function HostCard({ agent, onChange }: HostCardProps) {
  const labels = Object.entries(agent.labels);
  return (
    <section class="panel" aria-label={`Host ${agent.name}`}>
      <header>
        <h2 class="clip" style={{ maxWidth: "none" }} title={agent.name}>
          {agent.name}
        </h2>
        <StateChip state={agent.state} reason={agent.reason.text} />
        <DrainButton agent={agent} onChange={onChange} />
      </header>
      {agent.state === "up" ? null : <p style={{ marginTop: 0 }}>{agent.reason.text}</p>}
      <div class="row" style={{ alignItems: "stretch", marginBottom: 8 }}>
        {agent.gpus.map((gpu) => (
          <GpuTile key={gpu.uuid} gpu={gpu} />
        ))}
      </div>
      <dl class="facts">
        <dt>Slots</dt>
        <dd>
          {agent.running.length} of {agent.slots} in use
        </dd>
        <dt>Has</dt>
        <dd>
          {agent.gpus.length === 0 ? "no GPU" : plural(agent.gpus.length, "GPU")}, {plural(agent.cpus, "CPU")}
          , {short(agent.memoryMb / 1024, 3)} GB of memory
        </dd>
        <dt>Pool</dt>
        <dd>{agent.pool}</dd>
        {labels.length === 0 ? null : <dt>Labels</dt>}
        {labels.length === 0 ? null : (
          <dd>
            <span class="row" style={{ gap: 4 }}>
              {labels.map(([key, value]) => (
                <span key={key} class="chip tag clip" title={`${key}=${value}`}>
                  {key}={value}
                </span>
              ))}
            </span>
          </dd>
        )}
        <dt>Seen</dt>
        <dd title={clock(agent.lastSeenAt)}>
          {ago(agent.lastSeenAt)}, version {agent.version}
        </dd>
        <dt>Runs</dt>
        <dd>
          <RunningTrials running={agent.running} />
        </dd>
      </dl>
    </section>
  );
}

const SHOWN_TRIALS = 12;

function RunningTrials({ running }: Pick<AgentResource, "running">) {
  if (running.length === 0) return <span class="muted">nothing</span>;
  return (
    <span class="row" style={{ gap: "2px 10px" }}>
      {running.slice(0, SHOWN_TRIALS).map(({ study, trial }) => (
        <Link key={`${study}/${trial}`} to={`/studies/${encodeURIComponent(study)}/trials/${trial}`}>
          {study} #{trial}
        </Link>
      ))}
      {running.length > SHOWN_TRIALS ? (
        <span class="muted">and {running.length - SHOWN_TRIALS} more</span>
      ) : null}
    </span>
  );
}

function DrainButton({ agent, onChange }: HostCardProps) {
  const { underWay, error, run } = useAction();
  if (agent.state === "lost") return null;
  const draining = agent.state === "draining";
  const params = { path: { agent: agent.name } };
  const act = () =>
    run(async () => {
      await call(() => api.POST(`/v1/agents/{agent}/${draining ? "undrain" : "drain"}`, { params }));
      onChange();
    });
  return (
    <>
      <button
        type="button"
        class="no-print"
        disabled={underWay}
        title={draining ? "Take trials again" : "Take nothing new; what runs goes on"}
        onClick={() => void act()}
      >
        {draining ? "Resume" : "Drain"}
      </button>
      {error === null ? null : <ErrorNote error={error} />}
    </>
  );
}
