import { takenPort } from '../../engines/taken-port.ts'
import { diagnosePull } from '../../engines/images.ts'
import { AppError } from '../../error.ts'
import type { CommandResult } from '../../exec/types.ts'

export type Blame = {
  readonly cluster: string
  readonly image: string | null
  /** Known meanings of the engine's own words (`engines.explain`). */
  readonly engine: (text: string) => AppError | null
}

/**
 * The AppError behind a kind that failed: known causes first, else `command-failed` with the summary and the last lines.
 * Pure. Substrings as of kind 0.20 … 0.33: https://kind.sigs.k8s.io/docs/user/known-issues/
 */
export function diagnose(result: CommandResult, blame: Blame): AppError {
  const text = `${result.stderr}\n${result.stdout}`
  const known = cause(text, blame)
  if (known !== null) return new AppError(known.code, known.facts, { commandId: result.id })
  return new AppError(
    'command-failed',
    { command: result.argv.join(' '), exitCode: result.exitCode, signal: result.signal, tail: tailOf(text) },
    { commandId: result.id },
  )
}

function cause(text: string, blame: Blame): AppError | null {
  const engine = blame.engine(text)
  // What the engine's words only might mean (`no such host` is also a registry's) comes after all that is sure.
  if (engine !== null && engine.code !== 'engine-unknown') return engine
  const { cluster, image } = blame
  if (text.includes('already exist for a cluster with the name')) return new AppError('name-taken', { name: cluster, suggestion: null })
  const port = takenPort(text)
  if (port !== null) return new AppError('port-taken', { port, holder: null, free: null })
  if (/no space left on device/i.test(text))
    return new AppError('disk-full', { path: /(?:write|mkdir|open|copy) (\/[^\s:]+)[^\n]*no space left/i.exec(text)?.[1] ?? null })
  const missing = /image: "([^"]+)" not present locally/.exec(text)?.[1]
  if (missing !== undefined) return new AppError('image-not-found', { image: missing })
  const pulled = /failed to pull image "([^"]+)"/.exec(text)?.[1]
  if (pulled !== undefined)
    return diagnosePull(text, pulled) ?? new AppError('image-pull-failed', { image: pulled, reason: reasonOf(text) })
  if (/Unable to find image/.test(text) && image !== null)
    return diagnosePull(text, image) ?? new AppError('image-pull-failed', { image, reason: reasonOf(text) })
  if (/too many open files|inotify_init|max_user_instances|max_user_watches/i.test(text)) return new AppError('inotify-limit', {})
  if (text.includes('could not find a log line that matches')) return new AppError('node-not-booted', { cluster })
  if (/failed to (?:init|join) node with kubeadm/.test(text)) return new AppError('kubeadm-failed', { cluster })
  return engine
}

/** The line that says most: what came after `Command Output:`, else the summary. */
function reasonOf(text: string): string {
  const output = /Command Output: ([^\n]+)/.exec(text)?.[1]
  const response = /(?:Error response from daemon|Error): ([^\n]+)/.exec(text)?.[1]
  return (response ?? output ?? /ERROR: ([^\n]+)/.exec(text)?.[1] ?? '').slice(0, 500)
}

function tailOf(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const summary = lines.find((line) => line.startsWith('ERROR: '))
  const last = lines.slice(-8)
  return (summary === undefined || last.includes(summary) ? last : [summary, ...last]).join('\n').slice(-4_000)
}
