/** One line of `--output=json`; all values in it are texts. https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/out/register/log.go */
export type MinikubeEvent =
  | { readonly kind: 'step'; readonly name: string; readonly message: string }
  | { readonly kind: 'download'; readonly artifact: string; readonly fraction: number | null }
  | MinikubeFault
  | { readonly kind: 'remark'; readonly level: 'info' | 'warning'; readonly message: string }

/** Mostly a remark too: only one with a `name` and an `exitCode` says why something failed, and even that may be got over under `--force`. */
export type MinikubeFault = {
  readonly kind: 'error'
  readonly message: string
  /** `RSRC_INSUFFICIENT_CORES`: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/reason/reason.go */
  readonly name: string | null
  readonly exitCode: number | null
  readonly advice: string
}

/** Null: the line is no event of minikube's (usage texts, panics, the output of other programs). */
export function parseEvent(line: string): MinikubeEvent | null {
  const event = objectOf(line)
  const type = /^io\.k8s\.sigs\.minikube\.([a-z.]+)$/.exec(textOf(event?.['type']))?.[1]
  const data = event?.['data']
  if (type === undefined || typeof data !== 'object' || data === null) return null
  const value = (key: string) => textOf((data as Record<string, unknown>)[key])
  const message = value('message')
  switch (type) {
    case 'step':
      return { kind: 'step', name: value('name'), message }
    case 'download':
      return { kind: 'download', artifact: value('artifact'), fraction: null }
    case 'download.progress':
      return { kind: 'download', artifact: value('artifact'), fraction: fractionOf(value('progress')) }
    case 'error':
      return {
        kind: 'error',
        message,
        name: value('name') || null,
        exitCode: numberOf(value('exitcode')),
        advice: adviceOf(value('advice')),
      }
    case 'warning':
      return { kind: 'remark', level: 'warning', message }
    default:
      return { kind: 'remark', level: 'info', message }
  }
}

/** All events of an output, in order. */
export function parseEvents(output: string): MinikubeEvent[] {
  return output.split('\n').flatMap((line) => parseEvent(line) ?? [])
}

/** Commands that do not know `--output`: `X Exiting due to GUEST_NODE_ADD: failed to …`, then perhaps `* Suggestion: …`. Null: no such end. */
export function parseTextFailure(stderr: string): MinikubeFault | null {
  const end = /Exiting due to ([A-Z][A-Z0-9_]+): ([^\n]*(?:\n(?!\s*(?:\*|X|💡|📘|🍿|╭)).*)*)/u.exec(stderr)
  if (end === null) return null
  const advice = /Suggestion: ([^\n]+)/.exec(stderr)?.[1] ?? ''
  return { kind: 'error', message: (end[2] ?? '').trim(), name: end[1] ?? null, exitCode: null, advice: adviceOf(advice) }
}

/** Advice is the raw template: `{{.recommend}}` and the like stay in it. */
function adviceOf(advice: string): string {
  return advice
    .replace(/\{\{.*?\}\}/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()
}

function objectOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as Record<string, unknown>
  } catch {
    return null
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberOf = (text: string): number | null => (/^-?\d+$/.test(text) ? Number(text) : null)

function fractionOf(text: string): number | null {
  const fraction = Number(text)
  return text === '' || Number.isNaN(fraction) ? null : Math.min(1, Math.max(0, fraction))
}
