import type { ReactNode } from 'react'
import type { LucideIcon } from '../../ui/index.ts'

export type EntryGroup = 'link' | 'recent' | 'jobs' | 'pages' | 'clusters' | 'contexts' | 'pods' | 'do' | 'appearance'

/** One thing the palette can do. */
export type Entry = {
  /** Stays the same from one start to the next, so that it can be remembered. */
  readonly id: string
  readonly group: EntryGroup
  readonly icon: LucideIcon
  readonly busy?: boolean
  readonly name: string
  /** A name that could be typed or that a tool printed. */
  readonly mono?: boolean
  readonly note?: string
  readonly end?: ReactNode
  /** Further words it is found by. */
  readonly keywords?: string
  readonly disabled?: boolean
  /** Says how the group stands; shown whatever is typed, never remembered. */
  readonly fixed?: boolean
  /** `go` leads to a page and closes the palette; `stay` closes it itself once it is done. */
  readonly does: 'go' | 'stay'
  readonly run: () => void
}
