import type { Algorithm } from "../../core/algorithm.ts";
import { cmaes } from "../cmaes/index.ts";
import { gp } from "../gp/index.ts";
import { nsga2 } from "../nsga2.ts";
import { nsga3 } from "../nsga3.ts";
import { rf } from "../rf/index.ts";
import { tpe } from "../tpe/index.ts";
import { turbo } from "../turbo/index.ts";
import type { EngineName } from "./plan.ts";

/** The algorithms that a plan can name, each with its default settings. */
export const ENGINES: Readonly<Record<EngineName, Algorithm>> = { gp, tpe, rf, cmaes, turbo, nsga2, nsga3 };
