import { trialAction } from "../trial-action.ts";

export const command = trialAction("stop");
