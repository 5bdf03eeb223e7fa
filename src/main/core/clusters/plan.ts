import { join } from 'node:path'
import type { CreatePlan, CreateSpec } from '#shared/contract/clusters.ts'
import type { JobStepId } from '#shared/contract/jobs.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { errorShape } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { makeSteps } from './create.ts'
import { checkMachine } from './preflight/check.ts'
import { downloadStep, type ProviderDeps, type PlanSpec } from './types.ts'

/**
 * What a create would do, without doing any of it. Without a name: one that neither a cluster nor a context has.
 * `problems` are those that the job's first step would stop at, so a plan without problems is a create that starts.
 */
export async function planCreate(deps: ProviderDeps, wish: PlanSpec): Promise<CreatePlan> {
  const { provider, toolchain, dataDir } = deps
  const spec: CreateSpec = { ...wish, name: wish.name ?? provider.proposeName(await namesInUse(deps)) }
  const machine = await checkMachine(deps, spec)
  const version = machine.image.version === '' ? undefined : machine.image.version
  const [kubectl, program] = await Promise.all([toolchain.plan('kubectl', version), toolchain.plan(provider.tool)])
  const image = machine.image.ref
  const making = makeSteps(deps, spec)
  const job = { kind: 'cluster.create', alike: provider.name, steps: making } as const
  const here = (id: JobStepId) => deps.jobs.usualMs(job, id)
  const usual = (...steps: JobDefinition['steps']) => steps.reduce((sum, { id, usualMs }) => sum + (here(id) ?? usualMs), 0)
  const toolSteps = new Set(provider.steps(spec).map(({ id }) => id))
  const waiting = making.filter(({ id }) => id === 'wait-nodes' || id === 'wait-dns')
  const adding = making.filter(({ id }) => id === 'add-context')

  const steps: CreatePlan['steps'] = [
    ...(kubectl === null
      ? []
      : [
          {
            id: 'download-kubectl' as const,
            facts: { version: kubectl.version, url: kubectl.url },
            usualMs: here('download-kubectl'),
            bytes: kubectl.bytes,
          },
        ]),
    ...(program === null
      ? []
      : [
          {
            id: 'download-tool' as const,
            facts: { tool: provider.tool, version: program.version, url: program.url },
            usualMs: here(downloadStep(provider.tool)),
            bytes: program.bytes,
          },
        ]),
    !provider.nodeImages
      ? { id: 'use-version', facts: { version: machine.image.version }, usualMs: null, bytes: null }
      : machine.image.local
        ? { id: 'use-image', facts: { image, version: machine.image.version }, usualMs: 0, bytes: machine.image.sizeBytes }
        : { id: 'pull-image', facts: { image, version: machine.image.version }, usualMs: here('pull-image'), bytes: null },
    {
      id: 'create',
      facts: { name: spec.name, nodes: spec.controlPlanes + spec.workers },
      usualMs: usual(...making.filter(({ id }) => toolSteps.has(id))),
      bytes: null,
    },
    { id: 'wait', facts: { name: spec.name }, usualMs: usual(...waiting), bytes: null },
    { id: 'context', facts: { context: provider.contextName(spec.name) }, usualMs: usual(...adding), bytes: null },
  ]
  const docker = machine.docker ?? 'docker'
  // The folder of the job that will run: it has no id yet.
  const request = { spec, image, folder: join(dataDir, 'tmp', '…'), program: programOf(deps, provider.tool) }
  return {
    spec,
    image,
    images: [...machine.images],
    steps,
    commands: [
      ...(machine.image.local || !provider.nodeImages ? [] : [[docker, 'pull', '--', image]]),
      [...provider.createCommand(request)],
    ],
    problems: machine.problems.map((problem) => errorShape(problem)),
    findings: [...machine.findings],
  }
}

/** Names of clusters and of contexts that would clash; a source that fails says none, and the check names it. */
async function namesInUse({ provider, kubeconfig }: ProviderDeps): Promise<string[]> {
  const [clusters, { contexts }] = await Promise.all([provider.list().catch(() => []), kubeconfig.snapshot()])
  const prefix = provider.contextName('')
  return [
    ...clusters.map((cluster) => cluster.name),
    ...contexts.flatMap((context) =>
      context.name.startsWith(prefix) && context.local === false ? [context.name.slice(prefix.length)] : [],
    ),
  ]
}

/** Path of the copy that will run, or where it will be. */
function programOf({ toolchain }: ProviderDeps, name: ToolName): string {
  return toolchain.snapshot().find((tool) => tool.name === name)?.used?.path ?? join(toolchain.binDir, name)
}
