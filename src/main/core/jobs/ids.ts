/** Sorts by time, also when the clock goes back while Cove runs; the pid keeps two Coves apart. */
export function createIds(): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, Date.now() * 16)
    return `${last.toString(36).padStart(10, '0')}-${process.pid.toString(36)}`
  }
}
