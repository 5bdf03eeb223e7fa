import type { LogEvent, LogRequest } from '#shared/contract/logs.ts'

export type Logs = {
  /**
   * One container's log: every line once and in order, over cut connections and restarts. Ends with `ended` or `failed`, or when the signal is aborted or the loop is left,
   * which ends the command behind it. Never throws. Reads no faster than its reader takes events: kubectl waits in the pipe.
   */
  follow(request: LogRequest, signal?: AbortSignal): AsyncGenerator<LogEvent, void>
}
