/** What a decision was based on is not so any more: nothing of its turn may be written. */
export class ChangedError extends Error {}
