import { harmlessWords } from '../ui/harmless.ts'

/** Attributes whose text people see or hear. */
const spoken = ['title', 'aria-label', 'aria-description', 'aria-valuetext', 'alt', 'placeholder'] as const

/**
 * The props of one element with every text that is shown made harmless: names of contexts, clusters and images, commands and paths are others' and
 * may hold anything. What a field holds (`value`) stays as it is. Works on the given object, which the compiler makes anew for each element.
 */
export function safeProps<P>(type: unknown, props: P): P {
  const given = props as Record<string, unknown>
  const { children } = given
  if (typeof children === 'string') given['children'] = harmlessWords(children)
  else if (Array.isArray(children) && children.some((child) => typeof child === 'string'))
    given['children'] = children.map((child: unknown) => (typeof child === 'string' ? harmlessWords(child) : child))
  if (typeof type === 'string')
    for (const name of spoken) {
      const text = given[name]
      if (typeof text === 'string') given[name] = harmlessWords(text)
    }
  return props
}
