import { rm } from 'node:fs/promises'
import type { Cluster } from '#shared/contract/clusters.ts'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import type { ClusterTarget, ProviderRun } from '../providers/provider.ts'
import { folderOf, makeFolder } from './create.ts'
import { memoryOf } from './memory.ts'
import { clusterKey, type ProviderDeps } from './types.ts'

/** The job that turns an add-on on or off. A cancel turns it back; both a cancel and a failure then say how it is where that is not as before. Throws `not-found` (what: add-on) where its provider has none. */
export function addOnJob(deps: ProviderDeps, { name, nodes }: Cluster, addOn: string, on: boolean): JobDefinition {
  const { provider, dataDir } = deps
  const { setAddOn } = provider
  let before: boolean | null = null
  if (setAddOn === undefined) throw new AppError('not-found', { what: 'add-on', name: addOn })
  return {
    kind: 'cluster.add-on',
    subject: name,
    facts: { provider: provider.name, addOn, on: on ? 'on' : 'off' },
    alike: provider.name,
    key: clusterKey(provider.name, name),
    steps: [{ id: 'add-on', usualMs: 8_000 }],
    memory: { ...memoryOf(provider.name, { name, nodes }), addOn },
    run: async (job) => {
      const folder = folderOf(dataDir, job.id)
      await makeFolder(folder)
      try {
        before = await isOn(deps, name, addOn)
        await job.remember({ before: before ? 'on' : 'off' })
        await job.step('add-on', () => setAddOn({ name, nodes, folder }, addOn, on, { jobId: job.id, signal: job.signal }), { addOn })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
      return null
    },
    cleanUp: async (job, why) =>
      before === null
        ? []
        : endAddOn(deps, { name, nodes }, { addOn, on, before, takeBack: why === 'cancelled' }, { jobId: job.id, signal: job.signal }),
  }
}

const isOn = async ({ provider }: Pick<ProviderDeps, 'provider'>, name: string, addOn: string): Promise<boolean> =>
  (await provider.addOns?.(name))?.some((one) => one.name === addOn && one.enabled) ?? false

/** How long an add-on that is half there may take to be whole, ms, so that it can be turned off. */
const wholeMs = 90_000

/**
 * After a job that was to turn an add-on `on` or off and did not come to its end. `takeBack`: it is turned as it was. Then looks: how it is where that is not as
 * before, for people; `perhaps in part` where it is said to be as before and nobody knows what of it is in the cluster.
 */
export async function endAddOn(
  deps: Pick<ProviderDeps, 'provider' | 'dataDir'>,
  target: Omit<ClusterTarget, 'folder'>,
  wish: { readonly addOn: string; readonly on: boolean; readonly before: boolean; readonly takeBack: boolean },
  run: ProviderRun,
): Promise<string[]> {
  const { addOn, on, before, takeBack } = wish
  let now = await isOn(deps, target.name, addOn)
  // minikube notes how an add-on is when it is done with it, and not what it has done of it until then:
  // https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/addons/addons.go
  let half = on !== before && now === before
  if (takeBack) {
    const folder = folderOf(deps.dataDir, run.jobId)
    const turn = async (to: boolean, signal = run.signal) => {
      try {
        await deps.provider.setAddOn?.({ ...target, folder }, addOn, to, { ...run, signal })
        return true
      } catch (error) {
        // What could not be turned back is what the look finds.
        if (!(error instanceof AppError)) throw error
        return false
      }
    }
    await makeFolder(folder)
    try {
      // One that is not noted as on is not turned off by minikube at all: https://github.com/kubernetes/minikube/blob/v1.36.0/cmd/minikube/cmd/config/disable.go
      const whole = !half || before || (await turn(true, AbortSignal.any([run.signal, AbortSignal.timeout(wholeMs)])))
      half = !(await turn(before)) || !whole
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    now = await isOn(deps, target.name, addOn)
  }
  if (now !== before) return [`add-on ${addOn}: ${now ? 'on' : 'off'}`]
  return half ? [`add-on ${addOn}: perhaps in part`] : []
}
