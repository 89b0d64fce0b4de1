import type { AgentResource, QueueItem } from "../../../core/resources.ts";
import { plural } from "../../app/format.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { type HostRecord, useFailures } from "./use-failures.ts";

interface FailuresProps {
  agents: readonly AgentResource[];
  queue: readonly QueueItem[];
}

/** Is it one host? The latest attempts of what runs and waits now, counted by host. */
export function Failures({ agents, queue }: FailuresProps) {
  const studies = currentStudies(agents, queue);
  const records = useFailures(studies);
  const failed = records.reduce((sum, record) => sum + record.failed, 0);
  if (failed === 0) return null;
  const worst = records[0]!;
  const rest = records
    .slice(1)
    .reduce((sum, record) => ({ failed: sum.failed + record.failed, ended: sum.ended + record.ended }), {
      failed: 0,
      ended: 0,
    });
  return (
    <section class="panel" aria-label="Failures by host">
      <header>
        <h2>Failures by host</h2>
        <span class="muted">latest attempts of {studies.join(", ")}</span>
      </header>
      <p style={{ marginTop: 0 }}>
        {worst.host}: {worst.failed} of {plural(worst.ended, "attempt")} failed
        {rest.ended > 0 ? `; the others: ${rest.failed} of ${rest.ended}` : ""}.
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Host</th>
              <th class="number">Failed</th>
              <th class="number">Ended</th>
              <th>Latest failure</th>
            </tr>
          </thead>
          <tbody>
            {records.map((record) => (
              <FailureRow key={record.host} record={record} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function FailureRow({ record: { host, failed, ended, latest } }: { record: HostRecord }) {
  return (
    <tr>
      <td>
        <span class="clip" title={host}>
          {host}
        </span>
      </td>
      <td class="number">{failed}</td>
      <td class="number">{ended}</td>
      <td>
        {latest === null ? (
          <span class="muted">–</span>
        ) : (
          <Link
            to={`/studies/${encodeURIComponent(latest.study)}/trials/${latest.trial}`}
            title={latest.reason}
          >
            {latest.study} #{latest.trial}
          </Link>
        )}
      </td>
    </tr>
  );
}

/** Of this project. Names of studies that run or wait, each once. */
function currentStudies(agents: readonly AgentResource[], queue: readonly QueueItem[]): string[] {
  const running = agents.flatMap((agent) => agent.running.map(({ study }) => study));
  const waiting = queue.filter((item) => item.project === project.value).map(({ study }) => study);
  return [...new Set([...running, ...waiting])].sort();
}
