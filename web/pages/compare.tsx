import { Empty } from "../ui/notes.tsx";

export default function ComparePage() {
  return <Empty>…</Empty>;
}
