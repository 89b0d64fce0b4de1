import type { CommandEntry } from "../command.ts";

/** What the words that stand before another word are about. */
export const groups: Readonly<Record<string, string>> = {
  study: "Create, follow and steer studies",
  trial: "Look at trials, add and stop them",
  host: "The hosts that run trials",
  token: "Bearer tokens of agents, pipelines and people",
};

/** The registry of commands: adding one is one file and one entry here. In the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    path: "quickstart",
    summary: "Run 30 trials of a small network in a scratch directory and show the answer",
    load: () => import("./quickstart.ts"),
  },
  {
    path: "up",
    summary: "Run the whole service on this machine: API, scheduler, database and an agent",
    load: () => import("./up.ts"),
  },
  { path: "serve", summary: "Run the API", load: () => import("./serve.ts") },
  { path: "schedule", summary: "Run the scheduler", load: () => import("./schedule.ts") },
  { path: "agent", summary: "Run trials on this host for a server", load: () => import("./agent.ts") },
  {
    path: "database-url",
    summary: "Print the URL of the database in use, password included",
    hidden: true,
    load: () => import("./database-url.ts"),
  },
];
