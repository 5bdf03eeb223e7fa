import { AppError } from '#core/error.ts'
import { commandFailure } from '#core/exec/command-failure.ts'
import type { CommandResult } from '#core/exec/types.ts'

/** What the words of an error do not say themselves. */
export type ApiErrorContext = {
  readonly context: { readonly file: string; readonly name: string }
  readonly server: string
  readonly namespace?: string
  readonly container?: string
  /** Id in the command journal. */
  readonly commandId?: string
}

/**
 * The AppError behind kubectl's stderr, or null when its last line says nothing known. Only the last line counts: failed discovery is repeated before it.
 * Texts: kubectl pkg/cmd/util/helpers.go, client-go, Go's net/http and crypto/tls; seen with kubectl 1.32 and 1.34.
 */
export function explainApiError(stderr: string, about: ApiErrorContext): AppError | null {
  const line = lastLine(stderr)
  for (const [pattern, explain] of rules) {
    const match = pattern.exec(line)
    if (match) return explain(match, about, { commandId: about.commandId ?? null })
  }
  return null
}

/** The error of a kubectl call that did not end well: a known one, else the plain failure of the command. */
export function kubectlError(result: CommandResult, about: ApiErrorContext): AppError {
  const options = { commandId: result.id }
  if (result.cancelled) return new AppError('cancelled', {}, options)
  if (result.timedOut) {
    return new AppError(
      'api-unreachable',
      { server: about.server, reason: `no answer in ${Math.round(result.durationMs / 1000)} s` },
      options,
    )
  }
  const known = explainApiError(result.stderr, { ...about, commandId: result.id })
  return known ?? commandFailure(result, { tail: tail(result.stderr) })
}

type Explain = (match: RegExpExecArray, about: ApiErrorContext, options: { commandId: string | null }) => AppError

const unreachable: Explain = (match, about, options) =>
  new AppError('api-unreachable', { server: serverIn(match.input) ?? about.server, reason: reasonOf(match.input) }, options)
const unauthorized: Explain = (_match, about, options) => new AppError('api-unauthorized', { context: about.context.name }, options)

/** First match wins, so the narrow ones come first. */
const rules: readonly (readonly [RegExp, Explain])[] = [
  [
    /^The connection to the server (\S+) was refused/,
    (match, about, options) => new AppError('api-refused', { server: match[1] ?? about.server }, options),
  ],
  [
    /x509: |tls: failed to verify|certificate signed by unknown|certificate has expired|remote error: tls:/,
    (match, about, options) =>
      new AppError('api-certificate', { server: serverIn(match.input) ?? about.server, reason: certificateReason(match.input) }, options),
  ],
  [/You must be logged in to the server|asked for the client to provide credentials|\(Unauthorized\)/, unauthorized],
  // A login that would ask on the terminal, or a credential helper that failed.
  [/^error: EOF$|Please enter (Username|Password)|getting credentials: |no Auth Provider found/, unauthorized],
  [
    /\(Forbidden\): (.*)$|^error: (?:unknown|forbidden): (.*forbidden.*)$|is forbidden: (.*)$/i,
    (match, about, options) =>
      new AppError('api-forbidden', { context: about.context.name, reason: match[1] ?? match[2] ?? match[3] ?? '' }, options),
  ],
  [
    /pods "([^"]*)" not found/,
    (match, about, options) => new AppError('pod-not-found', { pod: match[1] ?? '', namespace: about.namespace ?? '' }, options),
  ],
  [
    /\(NotFound\): (\S+) "([^"]*)" not found/,
    (match, _about, options) => new AppError('not-found', { what: match[1] ?? '', name: match[2] ?? '' }, options),
  ],
  [
    /context was not found for specified context|^error: context "[^"]*" does not exist/,
    (_match, about, options) => contextNotFound(about, options),
  ],
  [
    /previous terminated container "([^"]*)" in pod "[^"]*" not found/,
    (match, about, options) => new AppError('no-previous-run', { container: match[1] ?? about.container ?? '' }, options),
  ],
  [
    /container (\S+) is not valid for pod/,
    (match, about, options) => new AppError('not-found', { what: 'container', name: match[1] ?? about.container ?? '' }, options),
  ],
  [
    /container "([^"]*)" in pod "[^"]*" is waiting to start: (.*)$/,
    (match, _about, options) => new AppError('container-waiting', { container: match[1] ?? '', reason: match[2] ?? '' }, options),
  ],
  [
    /container "([^"]*)" in pod "[^"]*" is (?:not available|terminated)/,
    (match, _about, options) => new AppError('container-waiting', { container: match[1] ?? '', reason: '' }, options),
  ],
  [
    /^Unable to connect to the server: |invalid character '<' looking for|the server is currently unable to handle the request/,
    unreachable,
  ],
  [/\((ServiceUnavailable|InternalError|Timeout|ServerTimeout|TooManyRequests|BadGateway|GatewayTimeout)\)/, unreachable],
  [
    /no such host|i\/o timeout|TLS handshake timeout|context deadline exceeded|connection refused|connection reset|no route to host|network is unreachable|broken pipe|client connection lost|http2: |unexpected EOF|etcdserver: |apiserver not ready|Client\.Timeout|proxyconnect/,
    unreachable,
  ],
]

function contextNotFound(about: ApiErrorContext, options: { commandId: string | null }): AppError {
  return new AppError('context-not-found', { file: about.context.file, name: about.context.name }, options)
}

function lastLine(stderr: string): string {
  const lines = stderr.split('\n')
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index]?.trim()
    if (line) return line
  }
  return ''
}

function tail(stderr: string): string {
  return stderr.trim().split('\n').slice(-5).join('\n')
}

function serverIn(line: string): string | null {
  return /"(https?:\/\/[^/"\s]+)/.exec(line)?.[1] ?? null
}

/** The end of a Go error chain: `Get "https://…": dial tcp 10.0.0.1:443: i/o timeout` → `dial tcp 10.0.0.1:443: i/o timeout`. */
function reasonOf(line: string): string {
  return (
    line
      .replace(/^(Unable to connect to the server|[Ee]rror from server(?: \(\w+\))?|error): /, '')
      .replace(/^(Get|Post) "[^"]*": /, '')
      // The own port is another one each time, and would make one failure look like many.
      .replace(/\b(read|write) (tcp|udp) \S+->/, '$1 $2 ')
  )
}

function certificateReason(line: string): string {
  return /x509: .*$/.exec(line)?.[0] ?? /(?:remote error: )?tls: .*$/.exec(line)?.[0] ?? reasonOf(line)
}
