import { AppError } from '../error.ts'
import { commandText } from '../exec/command-text.ts'
import type { CommandResult } from '../exec/types.ts'

/** What `minikube tunnel` names as its fault while it goes on, as an error that a person can act on. Pure. */
export function tunnelProblem(fault: string, { name, argv }: { readonly name: string; readonly argv: readonly string[] }): AppError {
  // https://www.sudo.ws/docs/man/sudo.man/, pkg/minikube/tunnel/route_linux.go
  if (/password is required|terminal is required|no tty present|must have a tty|not in the sudoers/.test(fault))
    return needsPassword(name, argv)
  if (/exec: "sudo"/.test(fault)) return new AppError('tunnel-no-sudo', { name })
  const other = /conflicting (?:route|rule[^:]*): ([\s\S]+)/.exec(fault)?.[1]
  if (other !== undefined) return new AppError('tunnel-route-taken', { name, route: other.trim() })
  if (isTaken(fault)) return new AppError('tunnel-taken', { name })
  return new AppError('tunnel-failed', { name, reason: fault.slice(0, 2_000) })
}

export const needsPassword = (name: string, argv: readonly string[]): AppError =>
  new AppError('tunnel-needs-password', { name, command: commandText(['minikube', ...argv.slice(1)]) })

/** Why a tunnel is over that nobody ended; null: its cluster no longer runs, which minikube ends it for without a failure. Pure. */
export function endProblem(name: string, { id: commandId, exitCode, signal, stderr, stdout }: CommandResult): AppError | null {
  if (exitCode === 0) return null
  const said = stderr.trim() === '' ? stdout : stderr
  if (isTaken(said)) return new AppError('tunnel-taken', { name }, { commandId })
  return new AppError('tunnel-died', { name, exitCode, signal, tail: said.trim().split('\n').slice(-10).join('\n') }, { commandId })
}

/** Another process holds it: SVC_TUNNEL_ALREADY_RUNNING of pkg/minikube/reason/reason.go; the others are of pkg/minikube/tunnel/tunnel.go. */
const isTaken = (said: string): boolean =>
  /TUNNEL_ALREADY_RUNNING|another tunnel (?:process )?is already running|already a running tunnel/i.test(said)
