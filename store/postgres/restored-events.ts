import type { Sql } from "./connect.ts";

/** The first transaction that PostgreSQL ever numbers: older than each that writes events. */
export const RESTORED_XID = "3";

/**
 * Makes the log of a restored dump older than all that follows. It carries the transaction numbers of the server that it
 * came from, and where those lie ahead of this server's the stream would hold its events back until the count has passed
 * them, and set new ones before them. Their order stays that of their ids. To be called before anything is written; the
 * number of events that were moved, 0 where nothing was restored.
 */
export async function settleRestoredEvents(sql: Sql): Promise<number> {
  return sql.begin(async (tx) => {
    // All events of a large installation may take a while.
    await tx.unsafe("set local statement_timeout = 0");
    const moved = await tx`
      update study_events set xid = ${RESTORED_XID}::xid8
      where xid <> ${RESTORED_XID}::xid8
        and (select xid from study_events order by xid desc, id desc limit 1) >= pg_snapshot_xmax(pg_current_snapshot())`;
    return moved.count;
  });
}
