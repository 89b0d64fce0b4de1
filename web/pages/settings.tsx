import { Empty } from "../ui/notes.tsx";

export default function SettingsPage() {
  return <Empty>…</Empty>;
}
