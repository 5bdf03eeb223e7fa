import { createContext, use } from 'react'
import type { CreatePlan } from '#shared/contract/clusters.ts'
import type { Finding } from '#shared/contract/findings.ts'
import type { AppErrorShape } from '#shared/messages/error.ts'
import type { Change } from './document/changes.ts'
import type { DocumentProblem } from '../document/problems.ts'

/** What every part of the form needs. */
export type Design = {
  /** `key`: the field that is typed in, so that its letters are one step of undo. */
  readonly change: (change: Change, key?: string) => void
  readonly problems: readonly DocumentProblem[]
  /** What a create would say; null: not known yet. */
  readonly plan: CreatePlan | null
  readonly planProblems: readonly AppErrorShape[]
  /** What endangers the cluster and does not stop the create. */
  readonly findings: readonly Finding[]
  /** The document is of a cluster that lives: what cannot be changed on it says so. */
  readonly living: string | null
}

export const DesignContext = createContext<Design | null>(null)

export function useDesignContext(): Design {
  const design = use(DesignContext)
  if (design === null) throw new Error('no design around this part')
  return design
}
