import { Empty } from "../ui/notes.tsx";

export default function StudiesPage() {
  return <Empty>…</Empty>;
}
