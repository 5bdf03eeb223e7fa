export type StallWatch = {
  /** Something came: the time begins anew. Also starts a watch that was stopped. */
  moved(): void
  stop(): void
}

/** Calls `onStall` when nothing `moved` for `ms`. Runs from the start. */
export function watchStall(ms: number, onStall: () => void): StallWatch {
  let timer = setTimeout(onStall, ms)
  return {
    moved: () => {
      clearTimeout(timer)
      timer = setTimeout(onStall, ms)
    },
    stop: () => clearTimeout(timer),
  }
}
