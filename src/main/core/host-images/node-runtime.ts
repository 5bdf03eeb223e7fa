import { sections } from '../exec/sections.ts'
import { AppError } from '../error.ts'
import { readKubelet } from '../runtimes/kubelet-driver.ts'
import type { Parts } from '../runtimes/parts.ts'
import type { Target } from '../targets/types.ts'

/** What runs the containers of pods on a machine, and by what its images are read and written. */
export type NodeRuntime = {
  readonly name: 'containerd' | 'cri-o' | 'docker'
  /** `/run/containerd/containerd.sock` */
  readonly socket: string
  /** Programs that are there: `ctr`, `crictl`, `podman`, `skopeo`, `docker`. */
  readonly programs: readonly string[]
  /** What containerd unpacks with. */
  readonly snapshotter: string
  /** GOARCH of the machine. */
  readonly arch: string
  /** Where its images lie, and how many bytes are free there; null: not known. */
  readonly folder: string
  readonly freeBytes: number | null
}

/**
 * For `readRuntime`. `$1` stands before every path, and is empty but in tests. Each section is whole in itself; what is not there says nothing. POSIX shell, with what coreutils
 * and BusyBox both have. Changes nothing.
 */
const script = `r=$1
s() { printf '\\n== %s\\n' "$1"; shift; "$@" 2>/dev/null </dev/null; }
f() { if [ -e "$2" ]; then s "$1" cat -- "$2"; fi; }
s arch uname -m
f kubelet-config "$r/var/lib/kubelet/config.yaml"
f kubelet-instance "$r/var/lib/kubelet/instance-config.yaml"
s kubelet-env cat "$r/var/lib/kubelet/kubeadm-flags.env" "$r/etc/default/kubelet" "$r/etc/sysconfig/kubelet"
p=$(systemctl show kubelet.service -p MainPID --value 2>/dev/null)
if [ -n "$p" ] && [ "$p" != 0 ]; then s kubelet-args sh -c 'tr "\\0" " " < "/proc/$1/cmdline"' sh "$p"; fi
printf '\\n== sockets\\n'
for p in /run/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock; do [ ! -S "$r$p" ] || echo "$p"; done
printf '\\n== programs\\n'
for p in ctr crictl podman skopeo docker; do ! command -v "$p" >/dev/null 2>&1 || echo "$p"; done
s snapshotter sh -c 'containerd config dump | grep "snapshotter = "'
printf '\\n== free\\n'
for d in containerd containers docker; do [ ! -d "$r/var/lib/$d" ] || echo "$d $(df -Pk -- "$r/var/lib/$d" | tail -n 1)"; done
printf '\\n== end\\n'`

type More = { readonly jobId?: string; readonly signal?: AbortSignal; readonly root?: string }

/**
 * Which runtime a machine has, as the kubelet is told, else the only one that is there. Reads as root and opens no window for a password, but in a job.
 * Throws as `Target.run`; `host-unsupported`, `host-root-needed`, `host-runtime-absent`, `host-runtime-unclear`, `command-output-unreadable`.
 */
export async function readRuntime(target: Target, { root = '', jobId, signal }: More = {}): Promise<NodeRuntime> {
  const look = await target.look()
  if (look.os !== 'linux') throw new AppError('host-unsupported', { target: target.name })
  if (look.root === 'none' || (look.root === 'pkexec' && jobId === undefined))
    throw new AppError('host-root-needed', { target: target.name, user: look.user })
  const said = await target.run({
    argv: ['sh', '-c', script, 'sh', root],
    root: true,
    quiet: true,
    timeoutMs: 30_000,
    ...(jobId === undefined ? {} : { jobId }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (said.cancelled) throw new AppError('cancelled', {}, { commandId: said.id })
  const part = sections(said.stdout)
  if (!part.has('end')) {
    const reason = said.timedOut ? 'no answer within 30 s' : said.stderr.trim().slice(-300) || `exit code ${said.exitCode}`
    throw new AppError('command-output-unreadable', { command: `sh (${target.name})`, reason }, { commandId: said.id })
  }
  const { socket, ...runtime } = runtimeIn(part, target.name)
  return { ...runtime, socket: root + socket, arch: look.arch }
}

/** What the sections of the script tell. Throws `host-runtime-absent`, `host-runtime-unclear`. Pure. */
export function runtimeIn(part: ReadonlyMap<string, string>, target: string): Omit<NodeRuntime, 'arch'> {
  const words = (name: string) => (part.get(name) ?? '').split(/\s+/).filter(Boolean)
  const sockets = words('sockets')
  const endpoint = readKubelet(partsOf(part)).endpoint
  // /var/run is /run on every system with systemd: https://www.freedesktop.org/software/systemd/man/latest/file-hierarchy.html
  const told = endpoint?.replace(/^unix:\/\//, '').replace(/^\/var\/run\//, '/run/') ?? null
  const [only, another] = sockets
  if (told === null && another !== undefined) throw new AppError('host-runtime-unclear', { target, sockets: sockets.join(', ') })
  const socket = told ?? only
  // A socket that is none of the usual ones was not looked for.
  if (socket === undefined || (usual.includes(socket) && !sockets.includes(socket)))
    throw new AppError('host-runtime-absent', { target, socket: socket ?? null })
  const name = /crio/.test(socket) ? 'cri-o' : /docker/.test(socket) ? 'docker' : 'containerd'
  const folder = { containerd: 'containerd', 'cri-o': 'containers', docker: 'docker' }[name]
  const row = (part.get('free') ?? '').split('\n').find((line) => line.startsWith(`${folder} `))
  // `df -P`: file system, blocks, used, available, capacity, mounted on.
  const free = Number(row?.trim().split(/\s+/).at(-3))
  return {
    name,
    socket,
    programs: words('programs'),
    // As kind finds it out: https://github.com/kubernetes-sigs/kind/blob/main/pkg/cluster/nodeutils/util.go
    snapshotter: /^\s*snapshotter = ['"]([\w-]+)['"]/m.exec(part.get('snapshotter') ?? '')?.[1] ?? 'overlayfs',
    folder: `/var/lib/${folder}`,
    freeBytes: row === undefined || Number.isNaN(free) ? null : free * 1024,
  }
}

const usual: readonly string[] = ['/run/containerd/containerd.sock', '/run/crio/crio.sock', '/run/cri-dockerd.sock']

/** What reads a kubelet reads the parts of another script, whose names these sections have. */
function partsOf(part: ReadonlyMap<string, string>): Parts {
  const get = (name: string) => (part.has(name) ? { text: part.get(name) ?? '', exitCode: 0 } : undefined)
  return {
    get,
    text: (name) => get(name)?.text.trim() ?? null,
    starting: (prefix) =>
      [...part].flatMap(([name, text]) => (name.startsWith(prefix) ? [{ name: name.slice(prefix.length), text, exitCode: 0 }] : [])),
  }
}
