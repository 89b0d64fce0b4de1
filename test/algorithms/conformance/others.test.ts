import { describeConformance } from "./parts.ts";

describeConformance("others");
