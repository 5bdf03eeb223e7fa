/** Who reads without asking for each line, and what must stay as it is until they have done so. */
export function createLoans() {
  const out = new Set<number>()
  let lent = 0
  let retired: { readonly after: number; readonly reuse: () => void }[] = []

  function settle() {
    const oldest = Math.min(...out)
    const [ready, rest] = [retired.filter(({ after }) => after < oldest), retired.filter(({ after }) => after >= oldest)]
    retired = rest
    for (const { reuse } of ready) reuse()
  }

  return {
    /** Answers how to end it. */
    lend(): () => void {
      lent += 1
      const loan = lent
      out.add(loan)
      return () => {
        if (out.delete(loan)) settle()
      }
    },
    /** `reuse` is called when all loans that are out now have ended: at once where there is none. */
    retire(reuse: () => void) {
      if (out.size === 0) reuse()
      else retired.push({ after: lent, reuse })
    },
  }
}
