import type { Target } from "../report.ts";
import { ENOUGH_SEEDS } from "./campaigns.ts";
import type { Duel } from "./duel.ts";
import { figure } from "./markdown.ts";
import type { Interval } from "./statistics.ts";
import type { Summary } from "./summary.ts";

/** From figures to verdicts. A target counts as met only with enough seeds; what is measured is said in any case. */

/** One thing that must hold, with its figures in words. */
interface Claim {
  text: string;
  holds: boolean;
}

/** Better in mean rank, and worse beyond noise on no family. */
export function noWorseAndBetter(duel: Duel | null, names: Names): Target {
  const target = "no worse on any family beyond noise, better in mean rank";
  return verdict({
    what: names.what,
    target,
    claims: duel && [betterRank(duel), noFamilyWorse(duel)],
    ...poorest([duel]),
  });
}

/** Better in mean rank than each of several. */
export function betterThanEach(duels: readonly (Duel | null)[], names: Names): Target {
  const claims = duels.includes(null) ? null : duels.map((each) => betterRank(each!));
  return verdict({ what: names.what, target: "better mean rank than each", claims, ...poorest(duels) });
}

/** Beyond noise neither the mean regret nor the mean rank is worse than that of any. */
export function noWorse(duels: readonly (Duel | null)[], names: Names): Target {
  const claims = duels.includes(null) ? null : duels.map((each) => noWorseOverall(each!));
  return verdict({ what: names.what, target: "no worse beyond noise", claims, ...poorest(duels) });
}

/**
 * The best mean rank of all that are compared, and head to head of each peer: the common problems leave out what a
 * single peer cannot do. Peers that are planned with fewer seeds, for their time, need those; none may be missing but
 * those that are planned with fewer trials.
 *
 * @param ranking the summaries of all compared methods on the `common` problems, our own first.
 */
export function bestOfAll(
  ranking: readonly Summary[],
  duels: readonly Duel[],
  names: Names & {
    common: number;
    planned(method: string): number;
    missing: readonly string[];
    ended: readonly string[];
  },
): Target {
  const { what, common, planned, missing, ended } = names;
  const usual = duels.filter(({ second }) => planned(second) >= ENOUGH_SEEDS);
  const few = duels.filter((each) => !usual.includes(each));
  const claims =
    duels.length === 0
      ? null
      : [bestRank(ranking, common), headToHead(duels), ...few.map((each) => fewSeeds(each, planned))];
  const target = verdict({ what, target: "best mean rank", claims, ...poorest(usual) });
  const absent = [...missing, ...ended];
  const measured = `${target.measured}${absent.length > 0 ? `; missing: ${absent.join(", ")}` : ""}`;
  return { ...target, measured, met: target.met && missing.length === 0 };
}

/** The median of simple regrets, in the problem's own unit, against the most it may be. */
export function referencePoint(
  regrets: readonly { method: string; median: number; seeds: number }[],
  names: Names & { most: number },
): Target {
  const [own, ...others] = regrets;
  const target = `<= ${names.most}`;
  if (own === undefined || own.seeds === 0) return verdict({ what: names.what, target, claims: null });
  const holds = own.median <= names.most;
  const by = holds ? "" : `, ${(own.median / names.most).toPrecision(2)} times as much`;
  const beside = others
    .filter(({ seeds }) => seeds > 0)
    .map(({ method, median }) => `${method} ${figure(median)}`);
  const text = `${figure(own.median)}${by}${beside.length > 0 ? ` (${beside.join(", ")})` : ""}`;
  return verdict({ what: names.what, target, claims: [{ text, holds }], seeds: own.seeds });
}

interface Names {
  what: string;
}

function verdict(given: {
  what: string;
  target: string;
  claims: readonly Claim[] | null;
  seeds?: number;
  problems?: number;
}): Target {
  const { what, target, claims, seeds = 0, problems } = given;
  if (claims === null) return { what, target, measured: "not measured", met: false };
  const enough = seeds >= ENOUGH_SEEDS;
  const sample = enough ? `${seeds} seeds` : `with ${seeds} seeds of ${ENOUGH_SEEDS}`;
  const on = problems === undefined ? "" : `, ${problems} problems`;
  const measured = `${claims.map(({ text }) => text).join("; ")}; ${sample}${on}`;
  return { what, target, measured, met: enough && claims.every(({ holds }) => holds) };
}

function betterRank({ first, second, rankDifference, record }: Duel): Claim {
  const [wins, ties, losses] = record;
  const { value, low, high } = rankDifference;
  const rank = (sign: number) => (1.5 + (sign * value) / 2).toFixed(2);
  const text = `mean rank ${rank(1)} against ${second} ${rank(-1)}, wins/ties/losses ${wins}/${ties}/${losses}`;
  const noise = low <= 0 && high >= 0 ? ", within noise" : "";
  return { text: `${first} ${text}${noise}`, holds: value < 0 };
}

function noFamilyWorse({ families }: Duel): Claim {
  const worse = families.filter(({ regretDifference }) => regretDifference.low > 0);
  const each = worse.map(({ family, regretDifference }) => `${family} by ${interval(regretDifference)}`);
  return {
    text: each.length === 0 ? "no family worse" : `worse on ${each.join(", ")}`,
    holds: worse.length === 0,
  };
}

function noWorseOverall({ second, regretDifference, rankDifference }: Duel): Claim {
  const text = `against ${second} mean regret ${interval(regretDifference)} and mean rank ${interval(rankDifference)} off`;
  return { text, holds: regretDifference.low <= 0 && rankDifference.low <= 0 };
}

function bestRank(ranking: readonly Summary[], common: number): Claim {
  if (common === 0) return { text: "no problem that all can do", holds: false };
  const [own, ...others] = ranking as [Summary, ...Summary[]];
  const next = others.reduce((best, each) => (each.meanRank.value < best.meanRank.value ? each : best));
  const text = `mean rank ${own.meanRank.value.toFixed(2)} of ${ranking.length} on ${common} common problems, best other ${next.method} ${next.meanRank.value.toFixed(2)}`;
  return { text, holds: own.meanRank.value < next.meanRank.value };
}

/** Who is not beaten, or by how much the closest is. */
function headToHead(duels: readonly Duel[]): Claim {
  const text = ({ second, record }: Duel) => `${second} ${record.join("/")}`;
  const lost = duels.filter(({ rankDifference }) => rankDifference.value >= 0);
  if (lost.length > 0)
    return { text: `head to head not better than ${lost.map(text).join(", ")}`, holds: false };
  const closest = duels.reduce((a, b) => (b.rankDifference.value > a.rankDifference.value ? b : a));
  return { text: `head to head better than each, closest ${text(closest)}`, holds: true };
}

function fewSeeds({ second, seeds }: Duel, planned: (method: string) => number): Claim {
  return { text: `${second} with ${seeds} seeds of ${planned(second)}`, holds: seeds >= planned(second) };
}

function poorest(duels: readonly (Duel | null)[]): { seeds?: number; problems?: number } {
  const known = duels.filter((each) => each !== null);
  if (known.length === 0) return {};
  return {
    seeds: Math.min(...known.map(({ seeds }) => seeds)),
    problems: Math.min(...known.map(({ problems }) => problems)),
  };
}

/** "+0.012 [-0.003, +0.021]". */
function interval({ value, low, high }: Interval): string {
  const signed = (number: number) => `${number >= 0 ? "+" : ""}${figure(number)}`;
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}
