import { AppError } from '../../error.ts'
import type { CommandResult } from '../../exec/types.ts'
import type { Target } from '../../targets/types.ts'
import { isAbsent } from '../host.ts'

/** Milliseconds. Where a file names no version, kubeadm asks the internet for one, and waits ten seconds for it. */
const limitMs = 60_000

export type Kubeadm = {
  /** `v1.34.4` */
  readonly version: string
  /** Runs `kubeadm config ARGS... FILE-FLAG=<a file with this text>`; the file is nobody else's to read, and is gone afterwards. */
  withFile(text: string, argsOf: (file: string) => readonly string[], signal?: AbortSignal): Promise<CommandResult>
  config(args: readonly string[], signal?: AbortSignal): Promise<CommandResult>
}

/** Version of the kubeadm of a machine; null: there is none. Throws as `Target.run`, and `command-output-unreadable`. */
export async function kubeadmVersion(target: Target, signal?: AbortSignal): Promise<string | null> {
  const result = await target.run({
    argv: ['kubeadm', 'version', '--output=short'],
    quiet: true,
    timeoutMs: 20_000,
    ...(signal ? { signal } : {}),
  })
  if (isAbsent(result.exitCode, result.stderr)) return null
  const version = /v\d+\.\d+\.\d+[\w.+-]*/.exec(result.stdout)?.[0]
  if (version !== undefined) return version
  const reason = result.stderr.trim().slice(-400) || `exit code ${result.exitCode}`
  throw new AppError('command-output-unreadable', { command: 'kubeadm version', reason }, { commandId: result.id })
}

/** The kubeadm of a machine. Throws `tool-absent`, and as `Target.run`. */
export async function kubeadmOf(target: Target, signal?: AbortSignal): Promise<Kubeadm> {
  const version = await kubeadmVersion(target, signal)
  if (version === null) throw new AppError('tool-absent', { tool: 'kubeadm' })
  const config = (args: readonly string[], abort?: AbortSignal) =>
    // Its output may hold tokens: kept in memory, and in no file.
    target.run({ argv: ['kubeadm', 'config', ...args], quiet: true, timeoutMs: limitMs, ...(abort ? { signal: abort } : {}) })
  return {
    version,
    config,
    withFile: async (text, argsOf, abort) => {
      const made = await target.check({ argv: ['mktemp', '-d', '/tmp/cove-kubeadm-XXXXXX'], quiet: true, timeoutMs: 20_000 })
      const folder = made.stdout.trim()
      try {
        const file = `${folder}/kubeadm.yaml`
        await target.writeFile(file, text, { mode: 0o600 })
        return await config(argsOf(file), abort)
      } finally {
        await target.run({ argv: ['rm', '-rf', '--', folder], quiet: true, timeoutMs: 20_000 }).catch(() => undefined)
      }
    },
  }
}
