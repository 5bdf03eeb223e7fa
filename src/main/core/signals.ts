const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Calls back with the first SIGINT, SIGTERM or SIGHUP; the second ends the process at once.
 * Whoever listened before is put off: conf brings when-exit, which sends the process the signal again, unasked
 * (https://github.com/fabiospampinato/when-exit). Its work at `exit` goes on. The listeners stay for good, because execa's signal-exit
 * ends the process where it finds nobody else listening. Returns what puts off those who came since, for hosts that load core later.
 */
export function onEndSignal(listener: () => void): () => void {
  let count = 0
  const listen = () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.removeAllListeners(signal)
      process.on(signal, () => {
        count += 1
        if (count > 1) process.exit(codes[signal])
        listener()
      })
    }
  }
  listen()
  return listen
}
