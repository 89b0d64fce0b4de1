import { describeConformance } from "./parts.ts";

describeConformance("auto");
