import { Empty } from "../ui/notes.tsx";

export default function ExplorePage() {
  return <Empty>…</Empty>;
}
