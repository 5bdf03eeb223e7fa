import { readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import { hostNetwork } from './labels.ts'

const label = 'io.x-k8s.kind.cluster'

/** Networks of others: kind's own, and that of bare hosts. */
const otherNetworks = ['kind', hostNetwork]

/**
 * What the engine holds of clusters: containers, their anonymous volumes, endpoints on the kind network and the links that `ip` shows on its bridge; networks
 * and bridges of this machine besides that of kind, which kind itself leaves for the next cluster, and routes that lead through it or over other bridges.
 * The network of bare hosts is of specs that run beside.
 */
export async function engineState(): Promise<
  Record<'containers' | 'volumes' | 'attached' | 'networks' | 'bridges' | 'links' | 'routes', string[]>
> {
  const [containers, volumes, network, networks, devices, routes] = await Promise.all([
    lines('docker', ['ps', '-a', '--filter', `label=${label}`, '--format', '{{.Names}}']),
    lines('docker', ['volume', 'ls', '--quiet', '--filter', 'dangling=true']),
    execa('docker', ['network', 'inspect', 'kind', '--format', '{{range .Containers}}{{.Name}} {{end}}'], { reject: false }),
    lines('docker', ['network', 'ls', '--format', '{{.ID}} {{.Name}}']),
    readdir('/sys/class/net').catch(() => []),
    lines('ip', ['-4', 'route', 'show']),
  ])
  const named = networks.map((line) => line.split(' ') as [string, string])
  const others = named.filter(([, name]) => otherNetworks.includes(name)).map(([id]) => `br-${id}`)
  const kind = named.find(([, name]) => name === 'kind')?.[0]
  const links = kind === undefined ? [] : await lines('ip', ['-oneline', 'link', 'show', 'master', `br-${kind}`])
  return {
    containers: containers.sort(),
    volumes: volumes.sort(),
    attached: network.exitCode === 0 ? network.stdout.trim().split(/\s+/).filter(Boolean).sort() : [],
    networks: named.flatMap(([, name]) => (otherNetworks.includes(name) ? [] : [name])).sort(),
    bridges: devices.filter((name) => name.startsWith('br-') && !others.includes(name)).sort(),
    // `7: veth1a2b3c4@if6: <…`
    links: links.map((line) => line.split(/[:@]/)[1]?.trim() ?? '').sort(),
    routes: routes
      .filter((line) => / dev br-/.test(line) && (/ via /.test(line) || !others.some((bridge) => line.includes(` dev ${bridge} `))))
      .map((line) => line.replace(/ linkdown/, '').trim())
      .sort(),
  }
}

export async function nodesOf(cluster: string): Promise<string[]> {
  return lines('docker', ['ps', '-a', '--filter', `label=${label}=${cluster}`, '--format', '{{.Names}}'])
}

/** Removes a cluster's containers whatever made them; for the end of a test. */
export async function removeCluster(cluster: string): Promise<void> {
  const nodes = await nodesOf(cluster)
  if (nodes.length === 0) return
  const { exitCode } = await execa('docker', ['rm', '-f', '-v', ...nodes], { reject: false })
  if (exitCode === 0) return
  await thaw(nodes)
  await execa('docker', ['rm', '-f', '-v', ...nodes])
}

/** An image that no node has, large enough for a load to have a middle; `folder`: for its file. Whoever makes it removes it by `docker rmi`. */
export async function largeImage(name: string, folder: string): Promise<string> {
  const image = `cove.test/${name}:1`
  const make = 'head -c 64M /dev/urandom >"$0/large" && tar -C "$0" -c large | docker import - "$1" && rm "$0/large"'
  await execa('bash', ['-o', 'pipefail', '-c', make, folder, image], { stdin: 'ignore' })
  return image
}

/** Removes what minikube made under this name, whatever made it; for the end of a test. */
export async function removeMinikube(name: string): Promise<void> {
  const label = (what: string) => [`--filter=label=name.minikube.sigs.k8s.io=${what}`]
  for (const machine of [name, `${name}-m02`]) {
    const ids = (await execa('docker', ['ps', '--all', '--quiet', ...label(machine)])).stdout.split('\n').filter(Boolean)
    if (ids.length > 0) await execa('docker', ['rm', '--force', '--volumes', ...ids], { reject: false })
    for (const kind of ['volume', 'network']) {
      const names = (await execa('docker', [kind, 'ls', ...label(machine), '--format={{.Name}}'])).stdout.split('\n').filter(Boolean)
      if (names.length > 0) await execa('docker', [kind, 'rm', ...names], { reject: false })
    }
  }
}

/** On cgroup v1 a process that is killed while its group is frozen stays, and its container with it: nothing but a thaw ends it. */
async function thaw(nodes: readonly string[]): Promise<void> {
  for (const id of await lines('docker', ['inspect', '--format', '{{.Id}}', ...nodes])) {
    const group = `/sys/fs/cgroup/freezer/docker/${id}`
    const entries = await readdir(group, { recursive: true }).catch(() => [])
    for (const entry of entries)
      if (basename(entry) === 'freezer.state') await writeFile(join(group, entry), 'THAWED').catch(() => undefined)
  }
}

async function lines(file: string, args: string[]): Promise<string[]> {
  const { stdout } = await execa(file, args)
  return stdout.split('\n').filter(Boolean)
}
