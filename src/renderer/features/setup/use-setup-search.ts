import { useSearch } from '@tanstack/react-router'
import type { SetupIntent } from '#shared/contract/setup.ts'
import type { MachineSearch } from '../../routes.tsx'

/** In the order in which they stand. */
export const intents = ['cluster', 'kubectl', 'node', 'look'] as const satisfies readonly SetupIntent[]

/** What is chosen stands in the address. */
export function useSetupSearch(): MachineSearch {
  return useSearch({ strict: false })
}

/** Only what is about a Linux host can be about another one. */
export const isOnTarget = ({ intent }: MachineSearch): boolean => intent === 'node' || intent === 'look'
