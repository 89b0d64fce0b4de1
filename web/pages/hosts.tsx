import { Empty } from "../ui/notes.tsx";

export default function HostsPage() {
  return <Empty>…</Empty>;
}
