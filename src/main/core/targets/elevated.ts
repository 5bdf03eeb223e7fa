import type { RootWay } from '#shared/contract/targets.ts'
import type { CommandResult } from '../exec/types.ts'

/** `env` behind sudo and pkexec, which keep no variables. The mark is then not in their own environment: what they started is ended, and they end with it. */
export function elevated(
  way: RootWay,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  if (way !== 'sudo' && way !== 'pkexec') return { argv, env }
  const pairs = Object.entries(env).map(([key, value]) => `${key}=${value}`)
  return { argv: [...(way === 'sudo' ? ['sudo', '-n', '--'] : ['pkexec']), 'env', ...pairs, ...argv], env: {} }
}

const sudoRefuses =
  /^sudo: (?:a password is required|a terminal is required|no tty present|sorry, you must have a tty|\S+ is not in the sudoers)/m

/** What sudo (https://www.sudo.ws/docs/man/sudo.man/) and pkexec (https://www.freedesktop.org/software/polkit/docs/latest/pkexec.1.html) say where they do not let one. */
export function isRefused(way: RootWay, { exitCode, stderr }: CommandResult): boolean {
  if (way === 'sudo') return exitCode === 1 && sudoRefuses.test(stderr)
  return way === 'pkexec' && (exitCode === 126 || exitCode === 127) && /^Error executing command as another user: /m.test(stderr)
}
