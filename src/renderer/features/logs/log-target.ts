import type { ContextRef } from '#shared/contract/base.ts'
import { commandLine } from '../jobs/command-line.ts'

/** One container of one pod. */
export type LogTarget = { readonly context: ContextRef; readonly namespace: string; readonly pod: string; readonly container: string }

export const tails = ['100', '1000', '10000', 'all'] as const
export type Tail = (typeof tails)[number]
export const tailNumber = (tail: Tail): number | null => (tail === 'all' ? null : Number(tail))

type Shown = { readonly previous: boolean; readonly tail: Tail; readonly timestamps: boolean }

/** The command that shows the same in a terminal. */
export function logCommand({ context, namespace, pod, container }: LogTarget, { previous, tail, timestamps }: Shown): string {
  return commandLine([
    'kubectl',
    '--context',
    context.name,
    'logs',
    '--namespace',
    namespace,
    pod,
    '--container',
    container,
    previous ? '--previous' : '--follow',
    ...(tail === 'all' ? [] : [`--tail=${tail}`]),
    ...(timestamps ? ['--timestamps'] : []),
  ])
}
