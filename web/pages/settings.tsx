import { useTitle } from "../app/title.ts";
import { Appearance } from "./settings/appearance.tsx";
import { Retention } from "./settings/retention.tsx";
import { ServerFacts } from "./settings/server-facts.tsx";
import { Tokens } from "./settings/tokens.tsx";
import { Webhooks } from "./settings/webhooks.tsx";

/** Who may do what, who is told, and what is kept? */
export default function SettingsPage() {
  useTitle("Settings");
  return (
    <>
      <div class="page-head">
        <h1>Settings</h1>
      </div>
      <p class="question">Who may do what, who is told, and what is kept?</p>
      <div class="stack">
        <Tokens />
        <Webhooks />
        <div class="columns">
          <Retention />
          <div class="stack">
            <ServerFacts />
            <Appearance />
          </div>
        </div>
      </div>
    </>
  );
}
