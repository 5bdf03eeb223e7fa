import { evidence, type Ground, notKnown, type Rule, type Rules } from '../rule.ts'
import { runtimeOf } from '../runtime-of.ts'

type Ids = 'cpus' | 'memory' | 'disk-space' | 'disk-inodes' | 'inotify-instances' | 'inotify-watches' | 'file-limits'

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3
/** cmd/kubeadm/app/constants/constants.go: ControlPlaneNumCPU, ControlPlaneMem. */
const needed = { cpus: 2, memoryBytes: 1700 * mebibyte }
/** Where the kubelet begins to evict: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#hard-eviction-thresholds */
const evicts = { node: 0.1, images: 0.15, inodes: 0.05 }
/** Images of a control plane and a few pods. */
const comfortableBytes = 10 * gibibyte
/** https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files */
export const inotifyWanted = { 'fs.inotify.max_user_instances': 512, 'fs.inotify.max_user_watches': 524_288 } as const
/** Newer kernels set watches by the memory; this many do for a node of many pods. */
const inotifyEnough = { 'fs.inotify.max_user_instances': 512, 'fs.inotify.max_user_watches': 65_536 } as const
const openFilesEnough = { system: 100_000, runtime: 1024 }

export const resourceRules: Rules<Ids> = {
  cpus: ({ facts, intent }) => {
    if (!facts.cpus.known) return notKnown(facts.cpus, 'getconf _NPROCESSORS_ONLN')
    const shown = {
      facts: { cpus: facts.cpus.value, needed: needed.cpus },
      evidence: [evidence('getconf _NPROCESSORS_ONLN', String(facts.cpus.value))],
    }
    if (facts.cpus.value >= needed.cpus) return { variant: 'ok', ...shown }
    return { variant: intent.role === 'control-plane' ? 'few' : 'few-worker', ...shown }
  },
  memory: ({ facts, intent }) => {
    if (!facts.memoryBytes.known) return notKnown(facts.memoryBytes, '/proc/meminfo')
    const mebibytes = Math.floor(facts.memoryBytes.value / mebibyte)
    const shown = {
      facts: { mebibytes, needed: needed.memoryBytes / mebibyte },
      evidence: [evidence('/proc/meminfo', `MemTotal: ${mebibytes} MiB`)],
    }
    if (facts.memoryBytes.value >= needed.memoryBytes) return { variant: 'ok', ...shown }
    return { variant: intent.role === 'control-plane' ? 'little' : 'little-worker', ...shown }
  },
  'disk-space': (ground) => {
    const places = placesOf(ground)
    if (places.length === 0) return notKnown('failed', 'df')
    const shown = places.map(({ path, freeBytes, sizeBytes }) =>
      evidence(`df ${path}`, `${(freeBytes / gibibyte).toFixed(1)} GiB / ${(sizeBytes / gibibyte).toFixed(1)} GiB`),
    )
    const evicting = places.find(
      ({ path, freeBytes, sizeBytes }) => freeBytes / sizeBytes < (holdsImages(path) ? evicts.images : evicts.node),
    )
    const low = places.find(({ freeBytes }) => freeBytes < comfortableBytes)
    const worst = evicting ?? low ?? places[0]
    const told = {
      path: worst?.path ?? '',
      free: Math.round((worst?.freeBytes ?? 0) / mebibyte),
      percent: Math.round((100 * (worst?.freeBytes ?? 0)) / (worst?.sizeBytes ?? 1)),
    }
    return { variant: evicting ? 'evicts' : low ? 'low' : 'ok', facts: told, evidence: shown }
  },
  'disk-inodes': (ground) => {
    const places = placesOf(ground).filter(({ freeInodes }) => freeInodes !== null)
    const few = places.find(({ freeInodes }) => (freeInodes ?? 1) < evicts.inodes)
    const shown = places.map(({ path, freeInodes }) => evidence(`df -i ${path}`, `${Math.round(100 * (freeInodes ?? 1))} %`))
    return {
      variant: few ? 'evicts' : 'ok',
      facts: { path: few?.path ?? '', percent: Math.round(100 * (few?.freeInodes ?? 1)) },
      evidence: shown,
    }
  },
  'inotify-instances': inotifyRule('fs.inotify.max_user_instances'),
  'inotify-watches': inotifyRule('fs.inotify.max_user_watches'),
  'file-limits': (ground) => {
    const { facts, intent } = ground
    const system = facts.sysctl.get('fs.file-max')
    if (system === undefined) return notKnown('absent', '/proc/sys/fs/file-max')
    const unit = runtimeOf(facts, intent)?.units[0]
    const limit = unit !== undefined && facts.services.known ? (facts.services.value.get(unit)?.openFiles ?? null) : null
    const shown = [
      evidence('fs.file-max', system),
      ...(limit === null ? [] : [evidence(`systemctl show ${unit}`, `LimitNOFILESoft=${limit}`)]),
    ]
    if (Number(system) < openFilesEnough.system)
      return { variant: 'system', facts: { value: system, needed: openFilesEnough.system }, evidence: shown }
    if (limit !== null && limit < openFilesEnough.runtime)
      return { variant: 'runtime', facts: { unit: unit ?? '', value: limit }, evidence: shown }
    return { variant: 'ok', evidence: shown }
  },
}

const holdsImages = (path: string) => /^\/var\/lib\/(?:containerd|containers|docker)$/.test(path)

/** Folders that a node of this kind fills, each with the file system that it is on. */
function placesOf({ facts, intent }: Ground) {
  const kind = runtimeOf(facts, intent)?.kind
  const images = kind === 'cri-o' ? '/var/lib/containers' : kind === 'cri-dockerd' ? '/var/lib/docker' : '/var/lib/containerd'
  const wanted = ['/var/lib/kubelet', images, '/var/log', ...(intent.role === 'control-plane' ? ['/var/lib/etcd'] : [])]
  return facts.space.filter(({ path, sizeBytes }) => wanted.includes(path) && sizeBytes > 0)
}

function inotifyRule(key: keyof typeof inotifyEnough): Rule<'inotify-instances' | 'inotify-watches'> {
  return ({ facts }) => {
    const value = facts.sysctl.get(key)
    if (value === undefined) return notKnown('absent', `/proc/sys/${key.replaceAll('.', '/')}`)
    const shown = { facts: { value: Number(value), wanted: inotifyWanted[key] }, evidence: [evidence(key, value)] }
    return { variant: Number(value) < inotifyEnough[key] ? 'low' : 'ok', ...shown }
  }
}
