/** Who reads without asking for each line, and what must stay as it is until they have done so. */
export function createLoans<Lent>() {
  const out = new Map<number, ReadonlySet<Lent>>()
  let lent = 0
  let retired: { readonly what: Lent | null; readonly after: number; readonly reuse: () => void }[] = []

  const isOut = (what: Lent | null, after: number) => [...out].some(([loan, held]) => loan <= after && (what === null || held.has(what)))

  function settle() {
    const ready = retired.filter(({ what, after }) => !isOut(what, after))
    retired = retired.filter((each) => !ready.includes(each))
    for (const { reuse } of ready) reuse()
  }

  return {
    /** Answers how to end it. */
    lend(held: ReadonlySet<Lent>): () => void {
      lent += 1
      const loan = lent
      out.set(loan, held)
      return () => {
        if (out.delete(loan)) settle()
      }
    },
    /** `reuse` is called when all loans of it that are out now have ended (null: all loans), at once where there is none. */
    retire(what: Lent | null, reuse: () => void) {
      if (isOut(what, lent)) retired.push({ what, after: lent, reuse })
      else reuse()
    },
  }
}
