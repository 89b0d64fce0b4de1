import { Empty } from "../ui/notes.tsx";

export default function TrialPage() {
  return <Empty>…</Empty>;
}
