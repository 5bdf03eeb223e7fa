import { AppError } from '#core/error.ts'
import type { NodeDeps } from './node-command.ts'
import { runInNode } from './node-command.ts'

/** A log file of a container as it lies on the node. */
export type NodeFile = {
  /** Inode and birth: an inode alone is soon that of another file. */
  readonly inode: string
  readonly bytes: number
  /** Last written, ms since 1970. */
  readonly writtenAt: number
  readonly path: string
  readonly namespace: string
  readonly pod: string
  /** Of a static pod: the hash of its manifest, which the API knows as the annotation `kubernetes.io/config.hash`. */
  readonly podUid: string
  readonly container: string
  /** How often the container had been restarted before this run. */
  readonly run: number
  /** `20261125-204501`, when it was turned over; empty: the file that is written to. */
  readonly rotated: string
  readonly gz: boolean
}

// `-L`: with Docker as the runtime the files are links (https://github.com/Mirantis/cri-dockerd). What vanishes meanwhile is no failure, so the listing ends with 0 all the same where it began well.
const script = `test -e "$1" || exit 0; cd "$1" && { find -L . -mindepth 3 -maxdepth 3 -type f -path "$2" -exec stat -Lc '%i:%.9W %s %Y %n' -- {} +; test -r .; }`

/** The log files on a node: of all containers, or of one. In no order. */
export async function listNodeFiles(
  deps: NodeDeps,
  node: string,
  of: { namespace: string; pod: string; container: string } | null,
  signal: AbortSignal,
): Promise<NodeFile[]> {
  const files: NodeFile[] = []
  for (const name of of === null ? [] : [of.namespace, of.pod, of.container])
    if (!isName.test(name)) throw new AppError('bad-input', { field: 'name' })
  const pattern = of === null ? './*' : `./${of.namespace}_${of.pod}_*/${of.container}/*`
  const root = deps.podLogs ?? '/var/log/pods'
  await runInNode(deps, { node, script, args: [root, pattern] }, signal, (line) => {
    const file = parseNodeFile(line, root)
    if (file) files.push(file)
  })
  return withoutHalves(files)
}

/** A name as Kubernetes has them, and nothing that means more to a shell, a pattern or a reader. */
const isName = /^[A-Za-z0-9.-]+$/
const name = '([A-Za-z0-9.-]+)'
const listed = new RegExp(String.raw`^(\S+) (\d+) (-?\d+) \./(${name}_${name}_${name}/${name}/(\d{1,10})\.log(?:\.(\d{8}-\d{6}))?(\.gz)?)$`)

/**
 * Null: no log file of a pod by its name (`.tmp` of a file that is being packed; whatever else the node's root has put there, as the kubelet takes no pod of another name:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
 */
export function parseNodeFile(line: string, root: string): NodeFile | null {
  const match = listed.exec(line)
  if (!match) return null
  const [
    ,
    inode = '',
    bytes = '',
    second = '',
    path = '',
    namespace = '',
    pod = '',
    podUid = '',
    container = '',
    run = '',
    rotated = '',
    gz,
  ] = match
  return {
    inode: identity(inode),
    bytes: Number(bytes),
    writtenAt: Math.min(Math.max(Number(second) * 1000, 0), lastDate),
    path: `${root}/${path}`,
    namespace,
    pod,
    podUid,
    container,
    run: Number(run),
    rotated,
    gz: gz !== undefined,
  }
}

/** Whoever may write a file may give it any time; this is the last that a date can be, in ms (https://tc39.es/ecma262/#sec-time-values-and-time-range). */
const lastDate = 8.64e15

/** As `stat` prints it; a file system may know no birth. */
export function identity(text: string): string {
  const [inode = '', birth = ''] = text.split(':')
  return `${inode}:${/^[1-9]\d*\.\d{9}/.exec(birth)?.[0] ?? ''}`
}

/** While the kubelet packs a file it is there twice for a moment: packed it stays. */
function withoutHalves(files: readonly NodeFile[]): NodeFile[] {
  const packed = new Set(files.filter((file) => file.gz).map((file) => file.path.slice(0, -'.gz'.length)))
  return files.filter((file) => !packed.has(file.path))
}

/** Oldest first: by run, then by when it was turned over, the one that is written to last. */
export function inOrder(files: readonly NodeFile[]): NodeFile[] {
  return [...files].sort((a, b) => a.run - b.run || (rank(a) < rank(b) ? -1 : 1))
}

const rank = (file: NodeFile) => file.rotated || '~'

/** The folders of a pod: by its uid, else of a static pod, whose uid on the node is a hash without dashes. */
export function ofPod(files: readonly NodeFile[], podUid: string): NodeFile[] {
  const exact = files.filter((file) => file.podUid === podUid)
  return exact.length > 0 ? exact : newestStatic(files.filter((file) => isStatic(file.podUid)))
}

/** A manifest that was changed makes another hash; the last one written to is the pod that runs. */
function newestStatic(files: readonly NodeFile[]): NodeFile[] {
  const newest = files.reduce<NodeFile | null>((best, file) => (best && best.writtenAt >= file.writtenAt ? best : file), null)
  return files.filter((file) => file.podUid === newest?.podUid)
}

export const isStatic = (podUid: string) => !podUid.includes('-')
