import type { QueueItem, StudyResource } from "../../../core/resources.ts";
import { api, call } from "../../api/client.ts";
import { useResource } from "../../app/resource.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { Empty } from "../../ui/notes.tsx";

/** Nothing has run: why not. */
export function NothingRan({ name, study }: { name: string; study: StudyResource | null }) {
  const queue = useResource(
    `${project.value}/${name}`,
    async () => {
      const { items } = await call(() =>
        api.GET("/v1/queue", { params: { query: { project: project.value, limit: 1000 } } }),
      );
      return (items as QueueItem[]).filter((item) => item.study === name);
    },
    (event) => event.study === name,
  );
  const first = queue.data?.[0];
  return (
    <section class="panel">
      <Empty>
        <strong>Nothing has run.</strong>
        <span>
          {first === undefined ? (study?.reason.text ?? "") : `Trial ${first.trial} waits: ${first.why}`}
        </span>
        <Link to="/hosts">Hosts and queue</Link>
      </Empty>
    </section>
  );
}
