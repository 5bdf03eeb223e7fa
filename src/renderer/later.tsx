import { lazy, Suspense, useState } from 'react'
import type { ComponentType, ReactNode } from 'react'

/**
 * A component whose code comes when it is first shown, or was asked for before. Once it is here it is shown at once, with no fallback in between:
 * React holds a fallback that was shown for 300 ms. `now` answers with code that came for another component.
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  fallback: ReactNode,
  now: () => ComponentType<P> | null = () => null,
): (props: P) => ReactNode {
  let here: ComponentType<P> | null = null
  const fetched = async () => ({ default: (here = await load()) })
  return function Later(props: P) {
    // Kept for as long as it is shown: the same thing under another type would begin afresh.
    const [Part] = useState<ComponentType<P>>(() => here ?? now() ?? lazy(fetched))
    return (
      <Suspense fallback={fallback}>
        <Part {...props} />
      </Suspense>
    )
  }
}
