import { studyAction } from "../study-action.ts";

export const command = studyAction("resume");
