import { Empty } from "../ui/notes.tsx";

export default function CurvesPage() {
  return <Empty>…</Empty>;
}
