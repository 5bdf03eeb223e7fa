import { CircleCheck, CircleQuestionMark, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'
import type { Pod } from '#shared/contract/workloads.ts'
import type { LucideIcon, Tone } from '../../ui/index.ts'

/** How the health of a pod looks, wherever pods are listed. */
export const podLook: Record<Pod['health'], { readonly tone: Tone; readonly icon: LucideIcon; readonly busy?: boolean }> = {
  ok: { tone: 'ok', icon: CircleCheck },
  done: { tone: 'ok', icon: CircleCheck },
  progressing: { tone: 'info', icon: LoaderCircle, busy: true },
  warning: { tone: 'warn', icon: TriangleAlert },
  bad: { tone: 'bad', icon: CircleX },
  unknown: { tone: 'idle', icon: CircleQuestionMark },
}

/** What a filter of pods looks in, wherever pods are listed. */
export const podText = (pod: Pod): string =>
  [
    pod.name,
    pod.namespace,
    pod.node ?? '',
    pod.status,
    pod.owner ?? '',
    ...pod.containers.map((one) => one.name),
    ...Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`),
  ].join('\n')
