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
  { path: "study create", summary: "Create a study from a file", load: () => import("./study-create.ts") },
  { path: "study ls", summary: "List studies", load: () => import("./study-ls.ts") },
  { path: "study get", summary: "Show one study", load: () => import("./study-get.ts") },
  {
    path: "study watch",
    summary: "Follow a study: a live panel, or its log when piped",
    load: () => import("./study-watch.ts"),
  },
  { path: "study wait", summary: "Wait until a study is done", load: () => import("./study-wait.ts") },
  {
    path: "study explain",
    summary: "Say why the algorithm was chosen, what was decided, or where a trial's point came from",
    load: () => import("./study-explain.ts"),
  },
  {
    path: "study lineage",
    summary: "Draw which trial started from whose checkpoint",
    load: () => import("./study-lineage.ts"),
  },
  {
    path: "study savings",
    summary: "Hours used, saved by stopping early and wasted; how often pruning was wrong",
    load: () => import("./study-savings.ts"),
  },
  {
    path: "study pause",
    summary: "Start no new trials; running ones go on",
    load: () => import("./study-pause.ts"),
  },
  { path: "study resume", summary: "Go on with a paused study", load: () => import("./study-resume.ts") },
  {
    path: "study stop",
    summary: "End a study; running trials are told to stop",
    load: () => import("./study-stop.ts"),
  },
  {
    path: "study edit",
    summary: "Change a study's limits while it runs",
    load: () => import("./study-edit.ts"),
  },
  {
    path: "study rm",
    summary: "Delete a study with all that belongs to it",
    load: () => import("./study-rm.ts"),
  },
  {
    path: "study importance",
    summary: "Show which parameters matter, and how surely",
    load: () => import("./study-importance.ts"),
  },
  {
    path: "study verify",
    summary: "Derive every suggestion again from the log, and compare",
    load: () => import("./study-verify.ts"),
  },
  {
    path: "study export",
    summary: "Print all trials as CSV or JSON lines",
    load: () => import("./study-export.ts"),
  },
  { path: "trial ls", summary: "List a study's trials", load: () => import("./trial-ls.ts") },
  {
    path: "trial get",
    summary: "Show one trial, its attempts and metrics",
    load: () => import("./trial-get.ts"),
  },
  {
    path: "trial explain",
    summary: "Say where a trial's point came from and what was decided about it",
    load: () => import("./trial-explain.ts"),
  },
  { path: "trial logs", summary: "Print what a trial printed", load: () => import("./trial-logs.ts") },
  { path: "trial add", summary: "Queue a point by hand", load: () => import("./trial-add.ts") },
  { path: "trial stop", summary: "End a trial that runs or waits", load: () => import("./trial-stop.ts") },
  {
    path: "trial retry",
    summary: "Run a failed, infeasible or cancelled trial again",
    load: () => import("./trial-retry.ts"),
  },
  {
    path: "best",
    summary: "Show the best trials, or the best parameters in a form to use",
    load: () => import("./best.ts"),
  },
  { path: "host ls", summary: "List the hosts that run trials", load: () => import("./host-ls.ts") },
  {
    path: "host drain",
    summary: "Let a host take nothing new; what it runs goes on",
    load: () => import("./host-drain.ts"),
  },
  { path: "host resume", summary: "Let a host take trials again", load: () => import("./host-resume.ts") },
  { path: "queue", summary: "Show what waits, and why", load: () => import("./queue.ts") },
  {
    path: "token create",
    summary: "Make a bearer token; it is shown once",
    load: () => import("./token-create.ts"),
  },
  { path: "token ls", summary: "List tokens", load: () => import("./token-ls.ts") },
  { path: "token revoke", summary: "Make a token worthless", load: () => import("./token-revoke.ts") },
  { path: "doctor", summary: "Check what a run on this machine needs", load: () => import("./doctor.ts") },
  { path: "openapi", summary: "Print the server's OpenAPI document", load: () => import("./openapi.ts") },
  { path: "version", summary: "Print Fettle's version", load: () => import("./version.ts") },
  {
    path: "database-url",
    summary: "Print the URL of the database in use, password included",
    hidden: true,
    load: () => import("./database-url.ts"),
  },
];
