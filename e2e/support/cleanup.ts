export type OnEnd = (undo: () => unknown) => void

/** Makes what takes several steps; `end` undoes them, the last first. A step that fails undoes those before it. */
export async function made<T extends object>(make: (onEnd: OnEnd) => Promise<T>): Promise<T & { readonly end: () => Promise<void> }> {
  const stack = createStack()
  try {
    return { ...(await make(stack.onEnd)), end: stack.end }
  } catch (error) {
    // Why it could not be made says more than what could not be undone.
    await stack.end().catch((other: unknown) => console.error(other))
    throw error
  }
}

/** The same for work that is over when it has answered. */
export async function during<T>(work: (onEnd: OnEnd) => Promise<T>): Promise<T> {
  const { value, end } = await made(async (onEnd) => ({ value: await work(onEnd) }))
  await end()
  return value
}

/** For the end of a program in the middle of anything. */
export async function endAll(): Promise<void> {
  for (const stack of [...open].reverse()) await stack.end().catch((error: unknown) => console.error(error))
}

type Stack = { readonly onEnd: OnEnd; readonly end: () => Promise<void> }
const open = new Set<Stack>()

/** For what is made in one hook and undone in another: `end` finds there what was made, however far the first came. */
export function createStack(): Stack {
  const steps: (() => unknown)[] = []
  let ended: Promise<void> | null = null
  const undo = async () => {
    const failures: unknown[] = []
    // A step that fails keeps none of the others from being undone.
    for (let step = steps.pop(); step; step = steps.pop())
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    open.delete(stack)
    if (failures.length > 0) throw failures[0]
  }
  const stack: Stack = {
    onEnd: (step) => {
      // Made while the rest was being undone already.
      if (ended) void ended.finally(step).catch(() => undefined)
      else steps.push(step)
    },
    end: () => (ended ??= undo()),
  }
  open.add(stack)
  return stack
}
