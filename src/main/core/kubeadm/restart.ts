import { setTimeout as sleep } from 'node:timers/promises'
import { adminConf } from '#shared/messages/kubeadm-commands.ts'
import { AppError } from '../error.ts'
import type { JobContext } from '../jobs/types.ts'
import { check, type Work } from './host.ts'
import type { Host } from './types.ts'

const folder = '/etc/kubernetes/manifests'
/** In the order in which each needs those before it. Ports: https://kubernetes.io/docs/reference/networking/ports-and-protocols/ */
export const components = [
  { name: 'etcd', port: 2379 },
  { name: 'kube-apiserver', port: 6443 },
  { name: 'kube-controller-manager', port: 10257 },
  { name: 'kube-scheduler', port: 10259 },
] as const
type Component = { readonly name: string; readonly port: number }
const limitMs = 180_000

const pathOf = ({ name }: { readonly name: string }) => `${folder}/${name}.yaml`

/** Where manifests of a job lie while their components are to be gone. */
export const aside = (job: { readonly id: string }) => `/etc/kubernetes/cove-${job.id}`

/**
 * Restarts static pods as the page of `kubeadm certs` says: manifests are taken away until the components are gone, then put back until they answer again.
 * All at once, as each takes the kubelet some twenty seconds. https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#manual-certificate-renewal
 */
export async function restartComponents(work: Work, job: Pick<JobContext, 'progress'>): Promise<void> {
  const { host } = work
  const there = await present(host)
  const ports = await Promise.all(
    there.map(async (one) => ({ ...one, port: portIn((await host.readFile(pathOf(one), { root: true })) ?? '', one) })),
  )
  await check(work, ['mkdir', '-p', '-m', '0700', '--', aside(work.job)])
  await check(work, ['mv', '-f', '--', ...there.map(pathOf), aside(work.job)])
  const say = (part: 'stopping' | 'starting') => (waiting: readonly Component[]) =>
    job.progress('restart-components', null, { part, waiting: waiting.map((one) => one.name).join(', ') })
  await until(
    work,
    ports,
    say('stopping'),
    (open) =>
      ({ port }) =>
        !open.includes(port),
  )
  await check(work, ['mv', '-f', '--', ...there.map((one) => `${aside(work.job)}/${one.name}.yaml`), folder])
  await check(work, ['rmdir', '--', aside(work.job)])
  await until(
    work,
    ports,
    say('starting'),
    (open) =>
      ({ port }) =>
        open.includes(port),
  )
}

/** Until the API server says that it is ready. Throws `api-not-ready`. */
export async function waitForApi({ host, job }: Work): Promise<void> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    if (await apiReady(host)) return
    await sleep(500, undefined, { signal: job.signal })
  }
  throw new AppError('api-not-ready', { cluster: host.name, seconds: limitMs / 1000 })
}

/** Puts back what a restart that was ended in the middle had taken away. Never leaves a control plane without its manifests. */
export async function putBack(host: Host, job: { readonly id: string }): Promise<string[]> {
  const work = { host, job: { id: job.id, signal: new AbortController().signal } }
  for (const { name } of components) {
    const from = `${aside(job)}/${name}.yaml`
    if ((await host.readFile(from, { root: true })) !== null) await check(work, ['mv', '-f', '--', from, folder])
  }
  const gone = await host.run({ argv: ['rmdir', '--', aside(job)], root: true, quiet: true, timeoutMs: 10_000 })
  return gone.exitCode === 0 || /No such file/i.test(gone.stderr) ? [] : [aside(job)]
}

async function apiReady(host: Host): Promise<boolean> {
  const argv = ['kubectl', `--kubeconfig=${adminConf}`, 'get', '--raw=/readyz', '--request-timeout=5s'] as const
  const said = await host.run({ argv, root: true, quiet: true, timeoutMs: 10_000 })
  return said.exitCode === 0 && said.stdout.trim() === 'ok'
}

async function present(host: Host): Promise<Component[]> {
  const found = await host.run({ argv: ['find', folder, '-maxdepth', '1', '-name', '*.yaml'], root: true, quiet: true, timeoutMs: 10_000 })
  const files = found.stdout.split('\n')
  // With an etcd outside there is no manifest of it.
  return components.filter((one) => files.includes(pathOf(one)))
}

/** Its port where the manifest names another than the usual one. Pure. */
export function portIn(manifest: string, { name, port }: { readonly name: string; readonly port: number }): number {
  const said = name === 'etcd' ? /--listen-client-urls=https?:\/\/[^,\s]*:(\d+)/.exec(manifest) : /--secure-port=(\d+)/.exec(manifest)
  return said === null ? port : Number(said[1])
}

/** Null: the host did not say, which is not that nothing listens. */
async function listening(host: Host): Promise<number[] | null> {
  const said = await host.run({ argv: ['cat', '/proc/net/tcp', '/proc/net/tcp6'], quiet: true, timeoutMs: 10_000 })
  return said.timedOut || said.truncated ? null : listeningPorts(said.stdout)
}

/**
 * Ports in state LISTEN (0A): https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt. Null: it is no such table, whose head is always there. Pure.
 */
export function listeningPorts(text: string): number[] | null {
  if (!/^\s*sl\s+local_address/m.test(text)) return null
  return text.split('\n').flatMap((line) => {
    const port = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line)?.[1]
    return port === undefined ? [] : [Number.parseInt(port, 16)]
  })
}

/** Until it is so for each of them. Throws `control-plane-unhealthy` for the first that it is not. */
async function until(
  { host, job }: Work,
  all: readonly Component[],
  say: (waiting: readonly Component[]) => void,
  done: (open: readonly number[]) => (one: Component) => boolean,
): Promise<void> {
  const end = performance.now() + limitMs
  for (;;) {
    const open = await listening(host)
    const waiting = open === null ? all : all.filter((one) => !done(open)(one))
    const [first] = waiting
    if (first === undefined) return
    say(waiting)
    if (performance.now() > end)
      throw new AppError('control-plane-unhealthy', {
        node: host.name,
        component: first.name,
        reason: `no answer within ${limitMs / 1000} s`,
      })
    await sleep(500, undefined, { signal: job.signal })
  }
}
