/** So many requests to core at once. */
const batch = 20

/** What `ask` answers for each, in order; more than one batch wait for one another. */
export async function inBatches<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (let at = 0; at < all.length; at += batch) answers.push(...(await Promise.all(all.slice(at, at + batch).map(ask))))
  return answers
}
