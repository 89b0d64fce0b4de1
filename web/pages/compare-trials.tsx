import { Empty } from "../ui/notes.tsx";

export default function CompareTrialsPage() {
  return <Empty>…</Empty>;
}
