import type { Io } from "./command.ts";
import { createLog } from "./compose/log.ts";
import { type ServiceParts, startService } from "./compose/service.ts";
import type { Config } from "./config.ts";
import { EXIT_CODES, failureText } from "./failure.ts";
import { onStopSignals } from "./stop-signal.ts";

/** Runs a part of the service until a signal comes. Returns the exit code. */
export async function runService(config: Config, parts: ServiceParts, io: Io): Promise<number> {
  const log = createLog(config.logLevel, io.err, io.err.isTTY === true);
  const stopping = new Promise<null>((resolve) => onStopSignals([() => resolve(null)]));
  const service = await startService(config, parts, log);
  const place = service.url === null ? "The scheduler runs" : `The API listens on ${service.url}`;
  io.err.write(`${place}. Stop: Ctrl-C\n`);
  const failure = await Promise.race([stopping, service.lost]);
  if (failure !== null) io.err.write(failureText(failure, false));
  await service.close();
  return failure === null ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
}
