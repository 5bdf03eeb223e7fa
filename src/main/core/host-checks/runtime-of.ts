import type { HostIntent } from '#shared/contract/host-checks.ts'
import { known, unknown, type HostFacts, type Known } from './facts.ts'

type Kind = 'containerd' | 'cri-o' | 'cri-dockerd' | 'other'

/** The runtime that kubeadm would take, as far as one can be told from the facts. */
export type HostRuntime = {
  readonly socket: string
  readonly kind: Kind
  readonly version: string | null
  readonly driver: Known<'systemd' | 'cgroupfs'>
  /** It tells the kubelet its cgroup driver (RuntimeConfig of the CRI). Null: not known. */
  readonly tellsDriver: boolean | null
  /** Units that must run for it. */
  readonly units: readonly string[]
}

export const dockerSocket = '/run/docker.sock'

/** CRI sockets that are there; Docker's own is none. */
export const criSockets = (facts: HostFacts): readonly string[] => facts.sockets.filter((socket) => socket !== dockerSocket)

/** The one that was chosen, else the only one. Null: none, or several. */
export function runtimeOf(facts: HostFacts, intent: Pick<HostIntent, 'criSocket'>): HostRuntime | null {
  const there = criSockets(facts)
  const wanted = intent.criSocket?.replace(/^\/var\/run\//, '/run/')
  const listening =
    wanted === undefined ? (there.length === 1 ? there[0] : undefined) : there.find((one) => one === wanted || one === intent.criSocket)
  const socket = listening ?? (there.length === 0 ? stoppedSocket(facts, wanted) : undefined)
  if (socket === undefined) return null
  const answer = facts.cri.known ? facts.cri.value.find((one) => one.socket === socket) : undefined
  const kind = kindOf(socket, answer?.name ?? null)
  const version = answer?.version ?? ownVersion(kind, facts)
  return {
    socket,
    kind,
    version,
    driver: answer?.driver ? known(answer.driver) : configured(kind, facts),
    tellsDriver: answer?.tellsDriver ? true : kind === 'containerd' && version !== null ? majorOf(version) >= 2 : answer ? false : null,
    units: kind === 'containerd' ? ['containerd'] : kind === 'cri-o' ? ['crio'] : kind === 'cri-dockerd' ? ['docker', 'cri-docker'] : [],
  }
}

const usualSockets = { containerd: '/run/containerd/containerd.sock', crio: '/run/crio/crio.sock', 'cri-docker': '/run/cri-dockerd.sock' }

/** Where the one that is installed would listen, if it ran. */
function stoppedSocket(facts: HostFacts, wanted: string | undefined): string | undefined {
  if (!facts.services.known) return undefined
  const { value } = facts.services
  const stopped = Object.entries(usualSockets).flatMap(([unit, socket]) => {
    const service = value.get(unit)
    return service?.there === true && !service.active && (wanted === undefined || wanted === socket) ? [socket] : []
  })
  return stopped.length === 1 ? stopped[0] : undefined
}

export const majorOf = (version: string): number => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0)

function kindOf(socket: string, name: string | null): Kind {
  if (name === 'containerd' || socket.endsWith('/containerd.sock')) return 'containerd'
  if (name === 'cri-o' || socket.endsWith('/crio.sock')) return 'cri-o'
  return name === 'docker' || /\/cri-dockerd?\.sock$/.test(socket) ? 'cri-dockerd' : 'other'
}

function ownVersion(kind: Kind, facts: HostFacts): string | null {
  return kind === 'containerd' ? facts.containerdVersion : kind === 'cri-o' ? facts.crioVersion : null
}

function configured(kind: Kind, facts: HostFacts): Known<'systemd' | 'cgroupfs'> {
  switch (kind) {
    case 'containerd':
      return facts.containerdConfig.known ? known(facts.containerdConfig.value.driver) : facts.containerdConfig
    case 'cri-o':
      return facts.crioDriver
    case 'cri-dockerd':
      return facts.dockerDriver.known && facts.dockerDriver.value !== null ? known(facts.dockerDriver.value) : unknown('failed')
    case 'other':
      return unknown('absent')
  }
}
