import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure } from './base.ts'

/** What changed, so that whoever shows it asks again. */
export const topicSchema = z.enum([
  'clusters',
  'jobs',
  'toolchain',
  'kubeconfig',
  'settings',
  'commands',
  'leftovers',
  'profiles',
  'downloads',
  'kubeadm-files',
  'targets',
  'host-changes',
  'tunnels',
])
export type Topic = z.infer<typeof topicSchema>

export const hostInfoSchema = z.object({
  kind: z.enum(['electron', 'web']),
  version: z.string(),
  platform: z.string(),
  hostname: z.string(),
  homeDir: z.string(),
  /** BCP 47, from the environment; the page falls back to it when the browser does not say. */
  locale: z.string(),
})
export type HostInfo = z.infer<typeof hostInfoSchema>

export const host = {
  info: procedure.output(hostInfoSchema),
  /** Topics in batches of at most one per 50 ms. */
  changes: procedure.output(eventIterator(z.array(topicSchema))),
  /** https and a known host only. */
  openUrl: procedure.input(z.object({ url: z.string() })).output(z.object({ opened: z.boolean() })),
}
