import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { awaySince, connection } from "../api/live.ts";
import { setToken, tokenQuestion } from "../api/session.ts";
import { copyText } from "../ui/copy-text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Link } from "../ui/link.tsx";
import { clock } from "./format.ts";
import { activeShortcuts, useShortcuts } from "./keys.ts";
import { go, path, project, setQuery } from "./router.ts";
import "./shell.css";
import { chooseTheme, type Theme, theme } from "./theme.ts";

interface NavigationEntry {
  to: string;
  name: string;
  /** Of the name, where there is room. */
  rest?: string;
  under: readonly string[];
}

const PAGES: readonly NavigationEntry[] = [
  { to: "/", name: "Studies", under: ["/", "/studies", "/new"] },
  { to: "/compare", name: "Compare", under: ["/compare"] },
  { to: "/hosts", name: "Hosts", rest: " and queue", under: ["/hosts"] },
  { to: "/settings", name: "Settings", under: ["/settings"] },
];

/** What every page stands in: navigation, the state of the connection, and the questions that may come up anywhere. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [help, setHelp] = useState(false);
  useShortcuts([
    { key: "?", does: "show the shortcuts", run: () => setHelp(true) },
    { key: "g", does: "go to the studies", run: () => go("/") },
    {
      key: "S",
      does: "copy the link to this view",
      run: () => void copyText(location.href),
    },
  ]);
  return (
    <div class="shell">
      <header class="top no-print">
        <Link to="/" class="brand">
          <img src="/icon.svg" alt="" width="22" height="22" />
          <span class="wordmark">Fettle</span>
        </Link>
        <nav aria-label="Pages">
          {PAGES.map(({ to, name, rest, under }) => (
            <Link key={to} to={to} aria-current={isUnder(under) ? "page" : undefined}>
              {name}
              {rest === undefined ? null : <span class="hide-small">{rest}</span>}
            </Link>
          ))}
        </nav>
        {project.value === "default" ? null : (
          <button
            type="button"
            class="small"
            title="Leave this project"
            onClick={() => setQuery({ project: null }, true)}
          >
            {project.value} ✕
          </button>
        )}
        <span class="state hide-small" role="status">
          {connection.value === "live" ? "● live" : connection.value === "away" ? "○ away" : "○ connecting"}
        </span>
        <ThemeSwitch />
      </header>
      <Away />
      <main>{children}</main>
      {help ? <Help onClose={() => setHelp(false)} /> : null}
      {tokenQuestion.value === null ? null : <TokenQuestion answer={tokenQuestion.value} />}
    </div>
  );
}

function isUnder(prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => (prefix === "/" ? path.value === "/" : path.value.startsWith(prefix)));
}

function Away() {
  if (connection.value !== "away") return <div />;
  const since = awaySince.value;
  return (
    <div class="away" role="status">
      The server does not answer{since === null ? "" : ` since ${clock(since)}`}. What is shown is from
      before; it goes on by itself from the last event.
    </div>
  );
}

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const SIGNS: Record<Theme, string> = { system: "◐", light: "○", dark: "●" };

function ThemeSwitch() {
  const { value } = theme;
  return (
    <button
      type="button"
      aria-label={`Theme: ${value}. Change to ${NEXT[value]}.`}
      title={`Theme: ${value}`}
      onClick={() => chooseTheme(NEXT[value])}
    >
      <span aria-hidden="true">{SIGNS[value]}</span>
    </button>
  );
}

function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Shortcuts on this page" onClose={onClose}>
      <dl class="facts">
        {activeShortcuts().map(({ key, does }) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <div>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function TokenQuestion({ answer }: { answer: (token: string) => void }) {
  const [text, setText] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    setToken(text.trim());
    answer(text.trim());
  };
  return (
    <Dialog title="This server asks for a token">
      <form class="stack" onSubmit={submit}>
        <p class="muted" style={{ margin: 0 }}>
          It is missing, or has expired. Make one with <code>fettle token create me --scope read</code>; it
          stays in this browser.
        </p>
        <label class="stack" style={{ gap: 4 }}>
          Token
          <input
            type="password"
            autocomplete="off"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <div>
          <button type="submit" class="primary">
            Go on
          </button>
        </div>
      </form>
    </Dialog>
  );
}
