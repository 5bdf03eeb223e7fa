import type { CreateSpecInput } from '#shared/contract/clusters.ts'
import type { Job } from '#shared/contract/jobs.ts'
import { useOtherPort } from './use-other-port.ts'

type FixedSpec = { readonly spec: CreateSpecInput; readonly kind: 'port' | 'name'; readonly value: string }

/** The specification with the way out already in it, where the error names one. */
export function useFixedSpec(spec: CreateSpecInput | null, job: Job): FixedSpec | null {
  const { text } = useOtherPort(spec?.document ?? null, job)
  const facts = job.error?.facts ?? {}
  if (spec === null) return null
  if (job.error?.code === 'name-taken' && typeof facts['suggestion'] === 'string')
    return { kind: 'name', value: facts['suggestion'], spec: { ...spec, name: facts['suggestion'] } }
  if (job.error?.code !== 'port-taken' || !facts['free']) return null
  const free = Number(facts['free'])
  const fix = { kind: 'port', value: String(free) } as const
  const ports = spec.ports?.map((port) => (port.hostPort === Number(facts['port']) ? { ...port, hostPort: free } : port))
  // Where there is a document, that alone says the ports; changed, it is the profile's no more.
  if (spec.document)
    return text === null ? null : { ...fix, spec: { ...spec, ...(ports ? { ports } : {}), document: text, profileId: null } }
  return ports?.some((port, index) => port !== spec.ports?.[index]) ? { ...fix, spec: { ...spec, ports } } : null
}
