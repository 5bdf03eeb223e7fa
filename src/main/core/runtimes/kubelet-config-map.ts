import { z } from 'zod'
import type { CgroupDriver } from '#shared/contract/runtimes.ts'
import { AppError } from '../error.ts'
import { commandFailure } from '../exec/command-failure.ts'
import { setKubeletDriver } from './driver-text.ts'
import type { Kube, KubeCall } from './kube.ts'

const mapSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).nullish(),
})
const get = ['get', 'configmap', 'kubelet-config', '--namespace=kube-system', '-o=json'] as const

/** The KubeletConfiguration that nodes of a kubeadm cluster join and are upgraded with, as it is and with the driver. Throws `migration-node-unfit`, `runtime-config-refused`. */
export async function kubeletConfig(
  kube: Kube,
  driver: CgroupDriver,
  call: KubeCall,
): Promise<{ readonly before: string; readonly after: string }> {
  const map = await kube.json([...get], mapSchema, call)
  const before = map.data?.['kubelet']
  if (before === undefined) throw new AppError('migration-node-unfit', { node: 'kubelet-config', reason: 'no-kubelet-config' })
  const after = setKubeletDriver(before, driver)
  if (after === null) throw new AppError('runtime-config-refused', { path: 'kube-system/kubelet-config', reason: 'not-editable' })
  return { before, after }
}

/**
 * Puts `after` where `before` is. What somebody else wrote meanwhile stays: false. The resourceVersion that was read goes along, so that the API refuses where it
 * is not the newest. Throws `command-failed` where the API does not take it.
 */
export async function replaceKubeletConfig(kube: Kube, before: string, after: string, call: KubeCall): Promise<boolean> {
  const map = await kube.json([...get], mapSchema, call)
  const now = map.data?.['kubelet']
  if (now === after) return true
  if (now !== before) return false
  const input = JSON.stringify({ ...map, data: { ...map.data, kubelet: after } })
  const result = await kube.run(['replace', '--filename=-'], { ...call, input, timeoutMs: 30_000 })
  if (result.exitCode === 0 && !result.cancelled) return true
  throw commandFailure(result)
}
