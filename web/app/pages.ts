import type { ComponentType } from "preact";
import { lazy } from "preact/compat";
import { studyReads, trialReads } from "./first-reads.ts";

/** The registry of pages: adding one is one file and one line here. Each is loaded when it is first shown. */

export type PageProps = Readonly<Record<string, string>>;

interface PageEntry {
  pattern: string;
  component: ComponentType<PageProps>;
  /** Paths of the API that it reads first, so that they are asked for while its code is on the way. */
  reads?: (props: PageProps) => string[];
}

const load = (from: () => Promise<{ default: ComponentType<never> }>) =>
  lazy(from as () => Promise<{ default: ComponentType<PageProps> }>);

export const pages: Readonly<Record<string, PageEntry>> = {
  studies: { pattern: "/", component: load(() => import("../pages/studies.tsx")) },
  new: { pattern: "/new", component: load(() => import("../pages/new-study.tsx")) },
  overview: {
    pattern: "/studies/:study",
    component: load(() => import("../pages/overview.tsx")),
    reads: studyReads,
  },
  explore: {
    pattern: "/studies/:study/explore",
    component: load(() => import("../pages/explore.tsx")),
    reads: studyReads,
  },
  curves: {
    pattern: "/studies/:study/curves",
    component: load(() => import("../pages/curves.tsx")),
    reads: studyReads,
  },
  timeline: {
    pattern: "/studies/:study/timeline",
    component: load(() => import("../pages/timeline.tsx")),
    reads: studyReads,
  },
  trial: {
    pattern: "/studies/:study/trials/:number",
    component: load(() => import("../pages/trial.tsx")),
    reads: trialReads,
  },
  compareTrials: {
    pattern: "/studies/:study/compare",
    component: load(() => import("../pages/compare-trials.tsx")),
  },
  compare: { pattern: "/compare", component: load(() => import("../pages/compare.tsx")) },
  hosts: { pattern: "/hosts", component: load(() => import("../pages/hosts.tsx")) },
  settings: { pattern: "/settings", component: load(() => import("../pages/settings.tsx")) },
};
