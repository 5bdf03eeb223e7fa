import type { HostStep } from '#shared/contract/host-changes.ts'
import type { RuntimeChange, Runtimes } from '#shared/contract/runtimes.ts'
import type { SetupDownload } from '#shared/contract/setup.ts'
import { AppError } from '../error.ts'
import { packagesOf } from '../host-changes/packages.ts'
import { keyOf } from '../host-changes/repositories.ts'

/** What a step changes of the runtime, the change to be tried first in front: not every distribution has containerd. Empty: none is known. Pure. */
export function runtimeChanges(step: 'runtime' | 'cgroup-driver', { runtimes, host, findings }: Runtimes): RuntimeChange[] {
  if (step === 'cgroup-driver') {
    const runtime = runtimes.find((one) => one.driver !== null)
    return runtime && host.recommended !== null ? [{ kind: 'driver', runtime: runtime.name, driver: host.recommended }] : []
  }
  if (findings.some(({ id }) => id === 'cri-disabled')) return [{ kind: 'enable-cri', runtime: 'containerd' }]
  return [
    { kind: 'install', runtime: 'containerd', source: 'distribution' },
    { kind: 'install', runtime: 'containerd', source: 'vendor' },
  ]
}

/** The first change that there is a plan for. Throws what the last one is refused with. */
export async function firstPlanned<T>(changes: readonly RuntimeChange[], plan: (change: RuntimeChange) => Promise<T>): Promise<T> {
  const [change, ...rest] = changes
  if (change === undefined) throw new AppError('bad-input', { field: 'step' })
  return plan(change).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'runtime-install-unknown' && rest.length > 0) return firstPlanned(rest, plan)
    throw error
  })
}

/** The packages that these steps fetch, and what they are checked by; null: none. Pure. */
export function packagesIn(steps: readonly HostStep[]): SetupDownload | null {
  const names = steps.filter(({ done }) => !done).flatMap(({ actions }) => actions.flatMap(packagesOf))
  if (names.length === 0) return null
  const key = steps.map(keyOf).find((one) => one !== null) ?? null
  return { kind: 'packages', names, from: key === null ? null : new URL(key).host, key }
}
