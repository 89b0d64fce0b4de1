import { Empty } from "../ui/notes.tsx";

export default function TimelinePage() {
  return <Empty>…</Empty>;
}
