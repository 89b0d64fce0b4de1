import type { Log } from "../../core/log.ts";
import type { Queue } from "../../core/queue.ts";
import { createQueue } from "../../queue/bullmq.ts";
import type { Config } from "../config.ts";

/** The queue on Redis when one is configured, else on the database. */
export function openQueue(config: Pick<Config, "redisUrl">, databaseUrl: string, log: Log): Promise<Queue> {
  return createQueue({ redisUrl: config.redisUrl, databaseUrl, log });
}
