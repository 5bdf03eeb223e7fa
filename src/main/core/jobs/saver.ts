/**
 * One write at a time; those asked for meanwhile become one. The promise settles when the state of the moment of asking was
 * written, and with `durable` when it reached the disk.
 */
export function createSaver(write: (durable: boolean) => Promise<unknown>): (durable: boolean) => Promise<void> {
  let tail = Promise.resolve()
  let asked = 0
  let written = 0
  let synced = 0
  return (durable) => {
    const mine = ++asked
    tail = tail.then(async () => {
      if ((durable ? synced : written) >= mine) return
      const upTo = asked
      await write(durable)
      written = upTo
      if (durable) synced = upTo
    })
    return tail
  }
}
