import type { StudyResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { type Resource, useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { needsOf } from "./needs.ts";
import type { Hosts } from "./use-hosts.ts";

/** Of the studies that run, so many newest are looked at. */
const LOOKED_AT = 50;
const SHOWN = 6;

/** What will not go on, or not well, without somebody; nothing where all is well. Whatever the list below filters. */
export function NeedsYou({ hosts }: { hosts: Resource<Hosts> }) {
  const running = useResource(project.value, readRunning, ({ type, project: of, data }) => {
    if (of !== project.value) return false;
    return type.startsWith("study.") || (type === "trial.finished" && data.state === "failed");
  });
  const needs = needsOf(running.data ?? [], hosts.data?.agents ?? [], hosts.data?.queue ?? []);
  if (needs.length === 0) return null;
  return (
    <section class="note warn" aria-label="Needs you">
      <strong>Needs you</strong>
      <ul style={{ margin: "4px 0 0", paddingLeft: 18 }}>
        {needs.slice(0, SHOWN).map(({ text, to, action }) => (
          <li key={text} style={{ overflowWrap: "anywhere" }}>
            {text} <Link to={to}>{action}</Link>
          </li>
        ))}
      </ul>
      {needs.length > SHOWN ? <div class="muted">And {needs.length - SHOWN} more.</div> : null}
    </section>
  );
}

async function readRunning(): Promise<StudyResource[]> {
  const { items } = await call(() =>
    api.GET("/v1/projects/{project}/studies", {
      params: { path: { project: project.value }, query: { state: "running", limit: LOOKED_AT } },
    }),
  );
  return items as StudyResource[];
}
