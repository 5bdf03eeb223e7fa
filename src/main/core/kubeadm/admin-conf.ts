import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { KubeconfigSnapshot } from '#shared/contract/kubeconfig.ts'
import { AppError } from '../error.ts'

const adminSchema = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster: z.looseObject({ server: z.string() }) })).min(1),
  users: z.array(z.object({ name: z.string(), user: z.looseObject({}) })).min(1),
})

export type Admin = {
  /** Name of the cluster; `kubernetes` unless somebody chose another. */
  readonly cluster: string
  readonly server: string
  /** PEM of the authority. */
  readonly authority: string
  readonly body: Readonly<Record<string, unknown>>
  readonly user: Readonly<Record<string, unknown>>
}

/** Reads the admin.conf that kubeadm wrote. Throws `kubeconfig-invalid`. Pure. */
export function parseAdmin(text: string, file: string): Admin {
  try {
    const read = adminSchema.parse(parse(text))
    const [{ name: cluster, cluster: body }] = read.clusters as [(typeof read.clusters)[number]]
    const [{ user }] = read.users as [(typeof read.users)[number]]
    const authority = Buffer.from(z.string().parse(body['certificate-authority-data']), 'base64').toString('utf8')
    return { cluster, server: body.server, authority, body, user }
  } catch (cause) {
    throw new AppError('kubeconfig-invalid', { file, line: null, reason: 'not an admin.conf of kubeadm' }, { cause })
  }
}

/** Context that a cluster of kubeadm has in the kubeconfig of the person: kubeadm's own names are the same for every cluster, so the cluster is named. */
export const contextFor = (name: string): string => `kubernetes-admin@${name}`

/**
 * A name for it that no other cluster of the kubeconfig has: what the person called it, else its first node. One of the same cluster (`isSame`) is replaced.
 * Pure.
 */
export function freeName(
  wanted: { readonly cluster: string; readonly node: string; readonly isSame: (one: KubeconfigSnapshot['contexts'][number]) => boolean },
  contexts: KubeconfigSnapshot['contexts'],
): string {
  const base = wanted.cluster === 'kubernetes' ? wanted.node : wanted.cluster
  const taken = (name: string) =>
    contexts.some(
      (one) =>
        (one.name === contextFor(name) || one.cluster === name || one.user === contextFor(name)) &&
        !(one.name === contextFor(name) && wanted.isSame(one)),
    )
  for (let index = 1; ; index++) {
    const name = index === 1 ? base : `${base}-${index}`
    if (!taken(name)) return name
  }
}

/** The kubeconfig to be merged. `tlsName`: the certificate of the server is for that name and not for the address. Pure. */
export function contextText(admin: Admin, name: string, server: string, tlsName: string | null): string {
  const context = contextFor(name)
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { ...admin.body, server, ...(tlsName === null ? {} : { 'tls-server-name': tlsName }) } }],
      users: [{ name: context, user: admin.user }],
      contexts: [{ name: context, context: { cluster: name, user: context } }],
      'current-context': context,
    },
    { lineWidth: 0 },
  )
}
