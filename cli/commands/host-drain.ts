import { hostAction } from "../host-action.ts";

export const command = hostAction("drain");
