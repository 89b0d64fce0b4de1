import { Empty } from "../ui/notes.tsx";

export default function OverviewPage() {
  return <Empty>…</Empty>;
}
