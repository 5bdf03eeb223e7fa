import { useTranslation } from 'react-i18next'
import type { Job, JobStep } from '#shared/contract/jobs.ts'
import { useFormat } from '../../ui/index.ts'
import type { Segment } from '../../ui/index.ts'
import { isRunning, stepElapsed } from './elapsed.ts'

/** Position of the step that runs, or ran last; counted from 1, without skipped steps. */
export function stepAt(job: Job): { readonly index: number; readonly count: number; readonly step: JobStep | undefined } {
  const steps = job.steps.filter((step) => step.state !== 'skipped')
  const at = steps.findIndex((step) => step.state === 'running' || step.state === 'failed' || step.state === 'cancelled')
  const done = steps.filter((step) => step.state === 'done').length
  const index = at >= 0 ? at : Math.min(done, steps.length - 1)
  return { index: index + 1, count: steps.length, step: steps[index] }
}

const smallest = 400

export function segmentsOf(job: Job, elapsed: number): Segment[] {
  return job.steps.map((step): Segment => {
    const weight = Math.max(smallest, step.usualMs ?? step.tookMs ?? 1000)
    switch (step.state) {
      case 'done':
        return { id: step.id, weight, state: 'done' }
      case 'skipped':
        return { id: step.id, weight, state: 'skipped' }
      case 'failed':
        return { id: step.id, weight, state: 'failed' }
      case 'running':
        // A guess from the usual time never claims more than nine tenths.
        return { id: step.id, weight, state: 'now', progress: step.progress ?? Math.min(0.9, stepElapsed(step, job, elapsed) / weight) }
      default:
        return { id: step.id, weight, state: 'todo' }
    }
  })
}

/** Name of a step and what is known about it: `Download kubectl`, `57 MB, verified`. */
export function useStepWords(): (step: JobStep, job: Job) => { readonly name: string; readonly note: string } {
  const { t } = useTranslation('jobs')
  const format = useFormat()
  return (step, job) => {
    const facts = step.facts
    const nodes = Number(facts['nodes'] ?? job.facts['nodes'] ?? 0)
    const name = t(`step.${step.id}`, { count: nodes, tool: job.subject })
    const received = facts['receivedBytes']
    const total = facts['totalBytes']
    const parts: string[] = []
    if (step.state === 'skipped') parts.push(t('note.skipped'))
    else if (typeof received === 'number') {
      if (step.state === 'done') parts.push(format.bytes(typeof total === 'number' ? total : received), t('note.verified'))
      else
        parts.push(
          typeof total === 'number' ? t('note.of', { part: format.bytes(received), all: format.bytes(total) }) : format.bytes(received),
        )
    } else if (typeof facts['version'] === 'string') parts.push(facts['version'])
    if (step.id === 'wait-nodes' && typeof facts['ready'] === 'number') parts.push(t('note.ready', { ready: facts['ready'], nodes }))
    if (step.id === 'find-image' || step.id === 'pull-image' || step.id === 'load-image') {
      if (typeof facts['image'] === 'string') parts.push(facts['image'].replace(/@sha256:.*$/, ''))
    }
    if (step.id === 'remove-image' && typeof facts['image'] === 'string') parts.push(facts['image'])
    if (step.id === 'load-image' && typeof facts['done'] === 'number') {
      parts.push(t('note.onNodes', { done: facts['done'], count: nodes }))
      const [held, down] = [Number(facts['held'] ?? 0), Number(facts['down'] ?? 0)]
      if (held > 0) parts.push(t('note.held', { count: held }))
      if (down > 0) parts.push(t('note.down', { count: down }))
      if (step.state === 'running' && nodes > 1 && typeof facts['waiting'] === 'string' && facts['waiting'] !== '')
        parts.push(t('note.waiting', { names: facts['waiting'] }))
    }
    if ((step.id === 'apply-changes' || step.id === 'undo-changes') && typeof facts['part'] === 'number' && step.state !== 'done')
      parts.push(t('note.of', { part: facts['part'], all: facts['all'] }))
    if (step.id.startsWith('migrate-') && typeof facts['node'] === 'string') {
      if (Number(facts['all']) > 1) parts.push(`${facts['node']} ${t('note.of', { part: facts['part'], all: facts['all'] })}`)
      if (step.state === 'running' && Number(facts['count']) > 0)
        parts.push(t('note.moved', { moved: facts['moved'], count: facts['count'] }))
    }
    if (step.id === 'wait-network' && typeof facts['workload'] === 'string')
      parts.push(`${facts['workload']} ${t('note.of', { part: facts['ready'], all: facts['desired'] })}`)
    if (step.id === 'upgrade-others' && typeof facts['node'] === 'string' && step.state === 'running') parts.push(facts['node'])
    if (step.id === 'restart-components' && step.state === 'running' && (facts['part'] === 'stopping' || facts['part'] === 'starting'))
      parts.push(t(`note.${facts['part']}`, { waiting: facts['waiting'] }))
    if (step.state === 'pending' && !isRunning(job) && step === job.steps.find((one) => one.state === 'pending'))
      parts.push(t('note.notReached'))
    return { name, note: parts.join(t('comma')) }
  }
}

/** What core names for people (`context kind-dev`, `file /tmp/x`, a container's name) in the person's language. */
export function useThing(): (thing: string) => string {
  const { t } = useTranslation('jobs')
  return (thing) => {
    const [, half] = /^add-on (.+): perhaps in part$/.exec(thing) ?? []
    if (half) return t('thing.add-on-half', { name: half })
    const [, what, name] = /^(context|file|network|kubeadm|namespace|image|add-on) (.+)$/.exec(thing) ?? []
    return what && name ? t(`thing.${what}`, { name }) : thing
  }
}
