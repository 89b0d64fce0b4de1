import { describeConformance } from "./parts.ts";

describeConformance("gp");
