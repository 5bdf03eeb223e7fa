import type { NetworkChart } from '#shared/contract/network.ts'
import type { ContextRef } from '#shared/contract/base.ts'
import { AppError } from '../error.ts'
import type { CommandSpec, Exec } from '../exec/types.ts'
import { connect, type ConnectionSource } from '../workloads/connection.ts'

/** helm of the PATH, led to one context: https://helm.sh/docs/helm/helm/. Throws `tool-absent`, `context-not-found`, `command-failed`, `cancelled`. */
export async function helm(
  { exec, kubeconfig }: { readonly exec: Pick<Exec, 'check'>; readonly kubeconfig: ConnectionSource | null },
  context: ContextRef,
  args: readonly string[],
  options: Partial<CommandSpec> = {},
): Promise<string> {
  const connection = await connect(kubeconfig, context)
  const led = connection.args.map((one) => one.replace(/^--context=/, '--kube-context='))
  try {
    return (await exec.check({ file: 'helm', args: [...led, ...args], env: connection.env, ...options })).stdout
  } catch (error) {
    if (error instanceof AppError && error.code === 'command-not-started')
      throw new AppError('tool-absent', { tool: 'helm' }, { cause: error })
    throw error
  }
}

const where = ({ release, chart, namespace }: NetworkChart) => [`--namespace=${namespace}`, '--values=-', '--', release, chart]
/** With definitions, so that a review shows all that would be made. */
export const templateArgs = (chart: NetworkChart) => ['template', '--include-crds', ...where(chart)]
export const upgradeArgs = (chart: NetworkChart) => ['upgrade', '--install', '--create-namespace', ...where(chart)]
export const uninstallArgs = ({ release, namespace }: NetworkChart) => [
  'uninstall',
  '--ignore-not-found',
  '--wait',
  `--namespace=${namespace}`,
  '--',
  release,
]
/** The release's name where it is still there, else nothing. */
export const listArgs = ({ release, namespace }: NetworkChart) => [
  'list',
  '--all',
  '--short',
  `--namespace=${namespace}`,
  `--filter=^${release}$`,
]
