import { join } from 'node:path'
import type { SetupStep, SetupStepId } from '#shared/contract/setup.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { commandText } from '../exec/command-text.ts'
import type { SetupDeps } from './setup.ts'
import { type Look, pages, stepOf } from './step.ts'

type Deps = Pick<SetupDeps, 'toolchain' | 'engines' | 'clusters' | 'kubeconfig' | 'toolDetails'>

/** The steps that are about this computer as a place for tools and clusters. */
export function computerLooks({ toolchain, engines, clusters, kubeconfig, toolDetails }: Deps): Partial<Record<SetupStepId, Look>> {
  const tool =
    (name: ToolName & SetupStepId, needed: () => Promise<boolean>): Look =>
    async () => {
      const [found] = (await toolchain.refresh()).filter((one) => one.name === name)
      const link = pages[name as keyof typeof pages]
      if (found?.used) return stepOf(name, link, { state: 'done', facts: { version: found.used.version, path: found.used.path } })
      if (found?.state === 'unknown') return stepOf(name, link, { state: 'unknown', error: found.error })
      const plan = await toolchain.plan(name)
      if (plan === null) return stepOf(name, link, { state: 'todo', action: { kind: 'open', page: 'tools' } })
      const to = join(toolchain.binDir, name)
      return stepOf(name, link, {
        state: found?.jobId != null ? 'running' : (await needed()) ? 'todo' : 'optional',
        jobId: found?.jobId ?? null,
        facts: { version: plan.version },
        download: { url: plan.url, digestFrom: plan.digestFrom, bytes: plan.bytes, to },
        commands:
          toolchain.os === 'windows' ? [] : [commandText(['curl', '-fL', '-o', name, plan.url]), commandText(['chmod', '+x', name])],
        action: { kind: 'download', tool: name, version: plan.version },
      })
    }
  const anyCluster = async () => (await clusters.refresh()).clusters
  const always = () => Promise.resolve(true)
  return {
    engine: async () => {
      const engine = await engines.status({ fresh: true })
      const facts = { product: engine.product, version: engine.version }
      if (engine.state === 'running') return stepOf('engine', pages.engine, { state: 'done', facts })
      return stepOf('engine', pages.engine, {
        state: 'todo',
        facts,
        error: engine.error,
        commands: engine.advice.flatMap(({ commands }) => commands),
        root: engine.advice.some(({ commands }) => commands.some((line) => line.startsWith('sudo '))),
        action: { kind: 'open', page: 'tools' },
      })
    },
    kubectl: tool('kubectl', always),
    kind: tool('kind', async () => (await anyCluster()).length === 0),
    cluster: async (before) => {
      const up = (await anyCluster()).filter((one) => one.state === 'running')
      if (up[0]) return stepOf('cluster', pages.cluster, { state: 'done', facts: { name: up[0].name, count: up.length } })
      const all = await anyCluster()
      if (all[0])
        return stepOf('cluster', pages.cluster, {
          state: 'todo',
          facts: { name: all[0].name, count: 0 },
          action: { kind: 'open', page: 'clusters' },
        })
      // The create fetches the tools by itself; only without an engine there is nowhere to make it.
      return stepOf('cluster', pages.cluster, {
        state: before('engine') === 'done' ? 'todo' : 'waiting',
        commands: ['kind create cluster'],
        action: { kind: 'create-cluster' },
      })
    },
    context: async () => {
      const { current, contexts } = await kubeconfig.snapshot()
      if (current !== null) return stepOf('context', pages.context, { state: 'done', facts: { name: current.name } })
      if (contexts.length === 0) return stepOf('context', pages.context, { state: 'waiting' })
      return stepOf('context', pages.context, {
        state: 'todo',
        facts: { count: contexts.length },
        commands: ['kubectl config use-context NAME'],
        action: { kind: 'open', page: 'contexts' },
      })
    },
    'kubectl-path': async (before) => {
      const { userPath } = await toolDetails.about('kubectl')
      const facts = { folder: userPath.folder, path: userPath.path }
      const onPath =
        (await toolchain.refresh()).find((one) => one.name === 'kubectl')?.copies.some((copy) => copy.origin !== 'cove') ?? false
      if ((userPath.state === 'own' && userPath.onPath) || onPath) return stepOf('kubectl-path', pages.path, { state: 'done', facts })
      const ready = before('kubectl') === 'done' && userPath.would !== null
      return stepOf('kubectl-path', pages.path, {
        state: ready ? 'todo' : 'waiting',
        facts,
        commands: [...userPath.commands, ...userPath.lines.filter((line) => !line.present).map((line) => line.text)],
        action: userPath.supported && userPath.state === 'absent' ? { kind: 'link', tool: 'kubectl' } : { kind: 'open', page: 'tools' },
      })
    },
    completion: async () => {
      const { completion, shell } = await toolDetails.about('kubectl')
      const line = completion.find((one) => one.shell === shell) ?? completion[0]
      if (line === undefined) return stepOf('completion', pages.completion, { state: 'waiting' })
      const facts = { shell: line.shell, file: line.file }
      if (line.present) return stepOf('completion', pages.completion, { state: 'done', facts })
      return stepOf('completion', pages.completion, {
        state: 'optional',
        facts,
        commands: [line.text],
        action: { kind: 'open', page: 'tools' },
      })
    },
  }
}
