import { Empty } from "../ui/notes.tsx";

export default function NewStudyPage() {
  return <Empty>…</Empty>;
}
