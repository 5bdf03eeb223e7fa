import type { CniFile } from '#shared/contract/network.ts'
import { parseCidr } from './cidr.ts'

/**
 * What the runtime of a node has to make pod networks with, in one call. The folders are those of containerd's configuration where it names others
 * (minikube's), else the usual ones: https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/. Changes nothing.
 */
export const nodeScript = `c='/etc/containerd/config.toml'
conf=$(sed -n "s/^ *conf_dir *= *[\\"']\\([^\\"']*\\)[\\"'].*/\\1/p" "$c" 2>/dev/null | head -n 1)
bin=$(sed -n "s/^ *bin_dir *= *[\\"']\\([^\\"']*\\)[\\"'].*/\\1/p" "$c" 2>/dev/null | head -n 1)
echo "machine $(cat /etc/machine-id 2>/dev/null)"
for f in "\${conf:-/etc/cni/net.d}"/*; do
  case $f in
    *.conf|*.conflist|*.json) if [ -f "$f" ]; then printf 'file %s ' "$f"; head -c 65536 "$f" | base64 | tr -d '\\n'; echo; fi ;;
  esac
done
for p in "\${bin:-/opt/cni/bin}" /usr/lib/cni; do
  for b in "$p"/*; do if [ -x "$b" ]; then echo "program \${b##*/}"; fi; done
done
echo end`

export type NodeFiles = { readonly machine: string; readonly files: readonly CniFile[] }

/** Out of what the script prints; null: it was cut off. The first file in the order of names is the one that is taken. Pure. */
export function parseNodeFiles(stdout: string): NodeFiles | null {
  const lines = stdout.split('\n').map((line) => line.trim())
  if (!lines.includes('end')) return null
  const after = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  const programs = new Set(after('program'))
  const read = after('file')
    .map((line) => /^(.*) (\S*)$/.exec(line))
    .flatMap((match) => (match ? [{ path: match[1] ?? '', text: Buffer.from(match[2] ?? '', 'base64').toString('utf8') }] : []))
    // As Go sorts names, by their bytes.
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const files = read.map(({ path, text }, index): CniFile => {
    const { name, types, programs: named, ranges, fault } = parseConf(path, text)
    return { path, name, types, ranges, fault, taken: index === 0, missing: named.filter((one) => !programs.has(one)) }
  })
  return { machine: after('machine')[0] ?? '', files }
}

type Conf = {
  readonly name: string
  readonly types: string[]
  readonly programs: string[]
  readonly ranges: string[]
  readonly fault: string | null
}

/**
 * A network configuration: a list of plugins (`.conflist`) or one alone (`.conf`, `.json`), each with a type that is the name of a program, as is that of its
 * address management: https://www.cni.dev/docs/spec/#section-1-network-configuration-format. Pure.
 */
export function parseConf(path: string, text: string): Conf {
  const nothing = { name: '', types: [], programs: [], ranges: [] }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { ...nothing, fault: error instanceof Error ? error.message : String(error) }
  }
  const conf = objectOf(value)
  const name = textOf(conf['name'])
  const list = path.endsWith('.conflist')
  const plugins = list ? (Array.isArray(conf['plugins']) ? conf['plugins'].map(objectOf) : []) : [conf]
  if (list && plugins.length === 0) return { ...nothing, name, fault: 'plugins' }
  const types = plugins.map((one) => textOf(one['type']))
  if (types.some((type) => type === '')) return { ...nothing, name, fault: 'type' }
  const ipams = plugins.map((one) => objectOf(one['ipam']))
  const programs = [...types, ...ipams.map((one) => textOf(one['type']))].filter((one) => one !== '')
  return { name, types, programs: [...new Set(programs)], ranges: [...new Set(ipams.flatMap(rangesOf))], fault: null }
}

/** `host-local`: https://www.cni.dev/plugins/current/ipam/host-local/. `usePodCidr` and the like are no ranges. */
function rangesOf(ipam: Readonly<Record<string, unknown>>): string[] {
  const sets = Array.isArray(ipam['ranges']) ? ipam['ranges'].flat() : []
  return [ipam['subnet'], ...sets.map((one) => objectOf(one)['subnet'])].map(textOf).filter((one) => parseCidr(one) !== null)
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
