import { z } from 'zod'
import type { MigrationKube } from '#shared/contract/runtimes.ts'
import { AppError } from '../error.ts'
import { commandFailure } from '../exec/command-failure.ts'
import { commandText } from '../exec/command-text.ts'
import type { CommandResult, Exec } from '../exec/types.ts'
import type { Target, Targets } from '../targets/types.ts'
import { createKubectl, type KubectlDeps, parseJson } from '../workloads/kubectl.ts'

export type KubeCall = {
  readonly input?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly jobId?: string
  readonly quiet?: boolean
}

/** kubectl led to the cluster of a migration. */
export type Kube = {
  /** Resolves for every kubectl that ended. */
  run(args: readonly [string, ...string[]], call?: KubeCall): Promise<CommandResult>
  /** Throws `command-failed`, `command-timeout`, `command-output-unreadable`, `cancelled`. */
  json<T extends z.ZodType>(args: readonly [string, ...string[]], schema: T, call?: KubeCall): Promise<z.output<T>>
}

export type KubeDeps = KubectlDeps & { readonly exec: Pick<Exec, 'run' | 'lines'>; readonly targets: Pick<Targets, 'get'> }

/** Throws what reaching the target or the context throws. */
export async function kubeOf(deps: KubeDeps, through: MigrationKube): Promise<Kube> {
  const run = through.through === 'target' ? onTarget(await deps.targets.get(through.target)) : byContext(deps, through)
  return {
    run,
    json: async (args, schema, call = {}) => {
      const result = await run(args, { quiet: true, timeoutMs: 15_000, ...call })
      if (result.exitCode !== 0 || result.cancelled) throw commandFailure(result)
      const parsed = schema.safeParse(parseJson(result.stdout))
      if (parsed.success) return parsed.data
      const facts = { command: commandText(result.argv), reason: parsed.error.issues[0]?.message ?? 'not JSON' }
      throw new AppError('command-output-unreadable', facts, { commandId: result.id })
    },
  }
}

/** As the control plane's own administrator: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/ */
const onTarget =
  (target: Target): Kube['run'] =>
  ([verb, ...rest], call = {}) =>
    target.run({ argv: ['kubectl', verb, '--kubeconfig=/etc/kubernetes/admin.conf', ...rest], root: true, ...call })

function byContext(deps: KubeDeps, { context }: Extract<MigrationKube, { through: 'context' }>): Kube['run'] {
  const kubectl = createKubectl(deps)
  return async (args, call = {}) => deps.exec.run((await kubectl.call(context, args, call)).spec)
}
