import { plural } from "../../app/format.ts";
import type { Resource } from "../../app/resource.ts";
import { Link } from "../../ui/link.tsx";
import type { Hosts } from "./use-hosts.ts";

/** Hosts, GPUs and queue in a line. */
export function Capacity({ hosts }: { hosts: Resource<Hosts> }) {
  if (hosts.data === null) return null;
  const { agents, queue } = hosts.data;
  const up = agents.filter(({ state }) => state === "up");
  const gpus = up.flatMap((agent) => agent.gpus);
  const busy = gpus.filter(({ free }) => free < 1).length;
  const running = agents.reduce((sum, agent) => sum + agent.running.length, 0);
  return (
    <p class="muted" style={{ margin: 0 }}>
      <Link to="/hosts">{plural(up.length, "host")} up</Link>
      {gpus.length > 0 ? ` · ${busy} of ${plural(gpus.length, "GPU")} busy` : ""} · {plural(running, "trial")}{" "}
      running · {queue.length} queued
    </p>
  );
}
