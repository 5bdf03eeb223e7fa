import { z } from '../zod.ts'

/**
 * Parts of the documents that people write by hand (kind's `Cluster`, Cove's own). They take what the tools take: kind reads its file with Go's
 * yaml.v3, where an empty value is the default, any scalar fits a text, and `yes` and `on` fit a flag. Unknown fields stay.
 */

/** Any scalar, as text. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const truths = ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true']
const untruths = ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false']
/** `true`, and what YAML 1.1 took for it. */
export const flag = z.union([z.boolean(), z.enum([...truths, ...untruths]).transform((word) => truths.includes(word))])

export const port = z.int().min(1).max(65_535)

const one = z.union([z.cidrv4(), z.cidrv6()])
const address = z.union([z.ipv4(), z.ipv6()])

/** `10.244.0.0/16`, or two for both IP families, `10.244.0.0/16,fd00:10:244::/56`. */
export const subnet = text.refine(
  (value) =>
    value === '' ||
    (value.split(',').length <= 2 &&
      value
        .split(',')
        .map((part) => part.trim())
        .every((part) => one.safeParse(part).success)),
  'subnet',
)
export const ipAddress = text.refine((value) => value === '' || address.safeParse(value).success, 'address')

/** True where two subnets, or two lists of them, have an address in common. Pure; of a text that is no subnet it says false. */
export function subnetsOverlap(a: string, b: string): boolean {
  const ranges = (list: string) => list.split(',').flatMap((part) => rangeOf(part.trim()) ?? [])
  return ranges(a).some((one) => ranges(b).some((other) => one.bits === other.bits && one.first <= other.last && other.first <= one.last))
}

function rangeOf(cidr: string): { bits: number; first: bigint; last: bigint } | null {
  if (!one.safeParse(cidr).success) return null
  const [ip = '', length = ''] = cidr.split('/')
  const bits = ip.includes(':') ? 128 : 32
  const size = 1n << BigInt(bits - Number(length))
  const first = (bits === 32 ? number4(ip) : number6(ip)) & ~(size - 1n)
  return { bits, first, last: first + size - 1n }
}

const number4 = (ip: string) => ip.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)

function number6(ip: string): bigint {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip)
  const hex =
    tail === null ? ip : `${tail[1]}${(number4(tail[2] ?? '') >> 16n).toString(16)}:${(number4(tail[2] ?? '') & 0xffffn).toString(16)}`
  const [head = '', rest] = hex.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const missing = 8 - groups(head).length - groups(rest).length
  const all = rest === undefined ? groups(head) : [...groups(head), ...Array<string>(Math.max(0, missing)).fill('0'), ...groups(rest)]
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group || '0'}`), 0n)
}

/** Why a part of a document is not as it must be; `expected` completes the sentence. Words live in locales. */
export const problemReasons = [
  'syntax',
  'too-large',
  'too-many-aliases',
  'not-a-cluster',
  'too-many-documents',
  'type',
  'missing',
  'one-of',
  'too-small',
  'too-big',
  'subnet',
  'address',
  'size',
  'mapping',
  'setting',
  'place',
  'source',
  'registry',
  'registry-host',
  'address-url',
  'control-plane-missing',
  'control-planes-too-few-nodes',
  'duplicate-port',
  'subnets-overlap',
  'duplicate-mount',
  'duplicate-name',
  'duration',
  'host',
  'host-port',
  'token',
  'image-repository',
  'unknown-kind',
  'api-version',
  'api-too-new',
  'api-deprecated',
  'api-removed',
  'kind-since-v1beta4',
  'duplicate-kind',
  'kinds-apart',
  'args-list',
  'args-map',
  'endpoint-needed',
  'discovery-missing',
  'discovery-untrusted',
  'socket-unknown',
  'socket-scheme',
  'cgroup-driver',
  'cgroup-driver-mismatch',
  'dns-domain-differs',
  'dns-address',
  'cluster-cidr-differs',
  'swap-refused',
  'token-known',
  'kubeadm',
  'other',
] as const
export type ProblemReason = (typeof problemReasons)[number]

export type DocumentIssue = {
  readonly path: readonly (string | number)[]
  readonly reason: ProblemReason
  /** `text`, `number`, `list`, `map`, `flag`; the values that there are; a limit. Null: the reason says it all. */
  readonly expected: string | null
}

/** What zod found, in Cove's words. Pure. */
export function issuesOf(error: z.ZodError): DocumentIssue[] {
  return error.issues.map((issue) => ({
    path: issue.path.filter((part) => typeof part !== 'symbol'),
    ...reasonOf(issue),
  }))
}

function reasonOf(issue: z.core.$ZodIssue): Pick<DocumentIssue, 'reason' | 'expected'> {
  switch (issue.code) {
    case 'custom':
      return { reason: isReason(issue.message) ? issue.message : 'other', expected: null }
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? { reason: 'missing', expected: null }
        : { reason: 'type', expected: typeWords[issue.expected] ?? issue.expected }
    case 'invalid_value':
      // Nothing at all is often allowed, and is no word to choose.
      return { reason: 'one-of', expected: issue.values.map(String).filter(Boolean).join(', ') }
    case 'too_small':
      return { reason: 'too-small', expected: String(issue.minimum) }
    case 'too_big':
      return { reason: 'too-big', expected: String(issue.maximum) }
    case 'invalid_union': {
      const first = issue.errors.flat().find((one) => one.code === 'custom') ?? issue.errors.flat()[0]
      return first === undefined ? { reason: 'other', expected: null } : reasonOf(first)
    }
    case 'invalid_key': {
      const first = issue.issues[0]
      return first === undefined ? { reason: 'other', expected: null } : reasonOf(first)
    }
    default:
      return { reason: 'other', expected: null }
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  int: 'number',
  boolean: 'flag',
  array: 'list',
  object: 'map',
  record: 'map',
}

function isReason(value: string): value is ProblemReason {
  return (problemReasons as readonly string[]).includes(value)
}
