import type { KubeadmVerdict } from '#shared/contract/kubeadm-config-procedures.ts'
import { placeOf } from '../../document/place-of.ts'
import { offsetOfValue, type Piece, type Pieces, piecesOf } from './pieces.ts'

type Said = KubeadmVerdict['said'][number]

/** What the field errors of Kubernetes begin with, https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#ErrorType */
const fieldError = String.raw`[a-zA-Z][\w.[\]-]*(?=: (?:Invalid value|Required value|Unsupported value|Forbidden|Duplicate value|Not found|Internal error|Too (?:long|many|few)))`

/**
 * What kubeadm wrote about a file, each with the place in the file that it means, as far as it says. kubeadm stops at the first document that it cannot
 * read, so a second run may find more. Pure.
 */
export function readVerdict(text: string, stderr: string): Said[] {
  const warnings: string[] = []
  const errors: string[] = []
  for (const line of stderr.split('\n')) {
    // klog: https://github.com/kubernetes/klog#readme
    const logged = /^([WIEF])\d{4} \S+ +\d+ [^\]]+\] (.*)$/.exec(line)
    if (line.startsWith('To see the stack trace of this error') || line.trim() === '') continue
    if (logged?.[1] === 'W') warnings.push((logged[2] ?? '').replace(/^\[config\] WARNING: /, ''))
    else if (logged === null) errors.push(line)
  }
  const pieces = read(text)
  const whole = errors.join('\n').replace(/^error: /, '')
  return [
    ...warnings.map((message): Said => ({ severity: 'warning', message: plain(message), ...placed(pieces, message) })),
    ...split(whole).map((message): Said => ({ severity: 'error', message: plain(message), ...placed(pieces, message) })),
  ]
}

/** As a person would write what Go prints of a struct: `KubeletConfiguration (kubelet.config.k8s.io/v1beta1)`. */
const plain = (message: string) =>
  message.replace(/schema\.GroupVersionKind\{Group:"([^"]*)", Version:"([^"]*)", Kind:"([^"]*)"\}/g, '$3 ($1/$2)')

function read(text: string): Pieces | null {
  try {
    return piecesOf(text)
  } catch {
    return null
  }
}

/** kubeadm joins several as `[first, second]`. */
function split(message: string): string[] {
  if (message === '') return []
  const inner = /^\[(.*)\]$/s.exec(message)?.[1]
  return inner !== undefined && new RegExp(`^${fieldError}`).test(inner) ? inner.split(new RegExp(`, (?=${fieldError})`)) : [message]
}

function placed(pieces: Pieces | null, message: string): Pick<Said, 'kind' | 'field' | 'line'> {
  const kind = /Kind[:=]"?(\w+)"?/.exec(message)?.[1] ?? /\bkind:? "(\w+)"/.exec(message)?.[1] ?? null
  const field = fieldOf(message)
  if (pieces === null) return { kind, field, line: null }
  const own = kind === null ? undefined : pieces.pieces.findLast((piece) => piece.kind === kind)
  const within = /\bline (\d+):/.exec(message)?.[1]
  if (within !== undefined) {
    // Lines are counted within each document.
    const piece = own ?? pieces.pieces.find((one) => one.document.errors.length > 0)
    return { kind, field, line: piece === undefined ? null : piece.line + Number(within) - 1 }
  }
  const lineAt = (offset: number) => Math.max(1, pieces.lines.linePos(offset).line)
  if (field !== null) {
    const path = pathOf(field)
    const piece = own ?? pieces.pieces.find((one) => hasKey(one, path[0]))
    if (piece !== undefined) return { kind: piece.kind || null, field, line: lineAt(placeOf(piece.document, path, true)) }
  }
  if (own !== undefined) return { kind, field, line: lineAt(placeOf(own.document, ['kind'], true)) }
  for (const [, value = ''] of message.matchAll(/(?<=[\s(])["']([^"']+)["']/g)) {
    const offset = offsetOfValue(pieces.pieces, value)
    if (offset !== null) return { kind, field, line: lineAt(offset) }
  }
  return { kind, field, line: null }
}

/** The path that a message names: of a field that is unknown, of one of another type, or of one whose value is refused. */
function fieldOf(message: string): string | null {
  return (
    /unknown field "([^"]+)"/.exec(message)?.[1] ??
    /Go struct field \w+\.([\w.]+) of type/.exec(message)?.[1] ??
    new RegExp(`^${fieldError}`).exec(message)?.[0] ??
    (message.startsWith('could not fetch a Kubernetes version') ? 'kubernetesVersion' : null)
  )
}

const pathOf = (field: string): (string | number)[] =>
  [...field.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = '']) => (index === undefined ? name : Number(index)))

const hasKey = (piece: Piece, key: string | number | undefined) => key !== undefined && piece.document.has(key)
