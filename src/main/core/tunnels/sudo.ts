import type { TunnelPlan } from '#shared/contract/tunnels.ts'
import { AppError } from '../error.ts'
import type { Exec } from '../exec/types.ts'

/** How sudo, which minikube calls by name, lets this user become root now. `os` as GOOS. With `-n` it never asks: https://www.sudo.ws/docs/man/sudo.man/ */
export async function sudoState(exec: Pick<Exec, 'run'>, os: string): Promise<TunnelPlan['sudo']> {
  if (os === 'windows') return 'unused'
  const tried = await exec.run({ file: 'sudo', args: ['-n', '--', 'true'], quiet: true, timeoutMs: 10_000 }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'command-not-started') return null
    throw error
  })
  if (tried === null) return 'absent'
  return tried.exitCode === 0 ? 'ready' : 'password'
}

/** A command that begins with `sudo`, so that it fails where it would ask. Kept in the journal. Never throws: how things are is looked at afterwards. */
export async function runSudo(exec: Pick<Exec, 'run'>, argv: readonly string[]): Promise<void> {
  await exec.run({ file: 'sudo', args: ['-n', ...argv.slice(1)], timeoutMs: 10_000 }).catch(() => undefined)
}
