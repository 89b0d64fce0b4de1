import type { QueueItem } from "../../../core/resources.ts";
import { duration, plural } from "../../app/format.ts";
import { project } from "../../app/router.ts";
import { Link } from "../../ui/link.tsx";
import { Empty } from "../../ui/notes.tsx";

/** Who waits, in the order in which they would be placed, and for what. */
export function Queue({ items }: { items: readonly QueueItem[] }) {
  return (
    <section class="panel" aria-label="Queue">
      <header>
        <h2>Queue</h2>
        <span class="muted">{plural(items.length, "trial")}, next first</span>
      </header>
      {items.length === 0 ? (
        <Empty>Nothing waits. A study queues a trial when it may start one.</Empty>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Trial</th>
                <th>Why it waits</th>
                <th class="number">Waits</th>
                <th class="number hide-small">Priority</th>
                <th class="hide-small">Pool</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <QueueRow key={`${item.project}/${item.study}/${item.trial}`} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function QueueRow({ item }: { item: QueueItem }) {
  const other = item.project === project.value ? "" : `?project=${encodeURIComponent(item.project)}`;
  return (
    <tr>
      <td>
        <Link to={`/studies/${encodeURIComponent(item.study)}/trials/${item.trial}${other}`}>
          <span
            class="clip"
            style={{ display: "inline-block", maxWidth: "min(28ch, 30vw)", verticalAlign: "bottom" }}
          >
            {item.study}
          </span>{" "}
          #{item.trial}
        </Link>
        {other === "" ? null : <div class="muted small">in {item.project}</div>}
      </td>
      <td style={{ overflowWrap: "anywhere", minWidth: 160 }}>{item.why}</td>
      <td class="number">{duration(item.waitingSeconds)}</td>
      <td class="number hide-small">{item.priority}</td>
      <td class="hide-small">{item.pool}</td>
    </tr>
  );
}
