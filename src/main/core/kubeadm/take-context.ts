import type { ContextRef } from '#shared/contract/base.ts'
import { adminConf } from '#shared/messages/kubeadm-commands.ts'
import { AppError } from '../error.ts'
import { contextFor, contextText, freeName, parseAdmin } from './admin-conf.ts'
import { authorityHash, hashOrNull } from './join-command.ts'
import { nodeName } from './look.ts'
import { firstReached, otherServers } from './reach.ts'
import type { Host, KubeadmDeps } from './types.ts'

export type Taken = { readonly context: ContextRef; readonly server: string; readonly reachable: boolean }

/**
 * Takes the admin.conf of a control plane into the kubeconfig of this person, under a name of its own and with an address that leads there from here; where
 * none does, with the one it has. The backup that the edit makes is the way back. Throws `kubeadm-no-control-plane`, `kubeconfig-*`.
 */
export async function takeContext({ kubeconfig }: Pick<KubeadmDeps, 'kubeconfig'>, host: Host, signal?: AbortSignal): Promise<Taken> {
  const text = await host.readFile(adminConf, { root: true, ...(signal ? { signal } : {}) })
  if (text === null) throw new AppError('kubeadm-no-control-plane', { target: host.name })
  const admin = parseAdmin(text, adminConf)
  const servers = [admin.server, ...otherServers(admin.server, await addressesOf(host))]
  const reached = await firstReached(servers, admin.authority)
  const { server, tlsName } = reached ?? { server: admin.server, tlsName: null }
  const { contexts } = await kubeconfig.snapshot()
  const node = nodeName((await host.readFile('/proc/sys/kernel/hostname')) ?? host.name, '')
  const same = new Set<string>()
  for (const one of contexts)
    if (one.name.startsWith(contextFor('')) && hashOrNull(await kubeconfig.authorityOf(one)) === authorityHash(admin.authority))
      same.add(one.name)
  // Where this cluster answers from here, no other does.
  const isSame = (one: { readonly name: string; readonly server: string | null }) => same.has(one.name) || one.server === reached?.server
  const name = freeName({ cluster: admin.cluster, node, isSame }, contexts)
  const { file } = await kubeconfig.merge(contextText(admin, name, server, tlsName), {
    replace: true,
    use: true,
    reason: `kubeadm init ${host.name}`,
    ...(signal ? { signal } : {}),
  })
  return { context: { file, name: contextFor(name) }, server, reachable: reached !== null }
}

/** The kubeconfig files of this person as far as they lie on that host: contexts are taken out of them, and they stay. */
export async function ownConfigs({ kubeconfig }: Pick<KubeadmDeps, 'kubeconfig'>, host: Host): Promise<string[]> {
  return host.kind === 'local' ? (await kubeconfig.snapshot()).files.map(({ path }) => path) : []
}

/** An API server, and the hash of the authority of its cluster; null: not known. */
export type Cluster = { readonly server: string; readonly authority: string | null }

/**
 * Contexts of this person that lead to this cluster; `own`: only those that lead to this host and to no other of its cluster. An address alone says little, as
 * many machines have one and the same (172.17.0.1 of a bridge, 10.0.2.15 of a virtual machine), so the authority has to be the same too. `unsure`: whose it is
 * cannot be told.
 */
export async function contextsTo(
  { kubeconfig }: Pick<KubeadmDeps, 'kubeconfig'>,
  host: Host,
  { server, authority }: Cluster,
  { own = false }: { readonly own?: boolean } = {},
): Promise<{ readonly found: readonly ContextRef[]; readonly unsure: readonly ContextRef[] }> {
  const port = new URL(server).port || '443'
  const mine = otherServers(`https://0.0.0.0:${port}`, await addressesOf(host))
  const servers = own ? mine : [server, ...mine]
  const { contexts } = await kubeconfig.snapshot()
  const found: ContextRef[] = []
  const unsure: ContextRef[] = []
  for (const { file, name, server: to } of contexts) {
    if (!name.startsWith(contextFor('')) || to === null || !servers.includes(to)) continue
    const trusted = hashOrNull(await kubeconfig.authorityOf({ file, name }))
    if (trusted === null || authority === null) unsure.push({ file, name })
    else if (trusted === authority) found.push({ file, name })
  }
  return { found, unsure }
}

/** Under which it may be reached from here: its own addresses, and how ssh finds it. */
async function addressesOf(host: Host): Promise<string[]> {
  const said = await host.run({ argv: ['hostname', '-I'], quiet: true, timeoutMs: 10_000 })
  const own = said.exitCode === 0 ? said.stdout.trim().split(/\s+/) : []
  const ssh = host.kind === 'ssh' ? [/^(?:ssh:\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(host.name)?.[1] ?? ''] : []
  return [...own, ...ssh.map((name) => name.replace(/^\[(.*)\]$/, '$1'))]
}
