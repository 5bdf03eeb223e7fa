import { join } from 'node:path'
import type { SetupStepId } from '#shared/contract/setup.ts'
import type { Shell, ShellLine } from '#shared/contract/toolchain.ts'
import { commandText } from '../exec/command-text.ts'
import { programName } from '../toolchain/catalog.ts'
import type { PlanSpec } from '../clusters/types.ts'
import type { DownloadPlan } from '../toolchain/types.ts'
import type { SetupDeps } from './setup.ts'
import { type Look, pages, stepOf } from './step.ts'

type Deps = Pick<SetupDeps, 'toolchain' | 'engines' | 'clusters' | 'kubeconfig' | 'toolDetails'>

/** The steps that are about this computer as a place for tools and clusters. What is looked at for several of them is looked at once. */
export function computerLooks({ toolchain, engines, clusters, kubeconfig, toolDetails }: Deps): Partial<Record<SetupStepId, Look>> {
  let lookingAtTools: ReturnType<Deps['toolchain']['refresh']> | null = null
  let lookingAtClusters: ReturnType<Deps['clusters']['refresh']> | null = null
  let lookingAtKubectl: ReturnType<Deps['toolDetails']['about']> | null = null
  const tools = () => (lookingAtTools ??= toolchain.refresh())
  const anyCluster = async () => (await (lookingAtClusters ??= clusters.refresh())).clusters
  const kubectl = () => (lookingAtKubectl ??= toolDetails.about('kubectl'))
  const tool =
    (name: 'kubectl' | 'kind', needed: () => Promise<boolean>): Look =>
    async () => {
      const found = (await tools()).find((one) => one.name === name)
      const link = pages[name]
      const jobId = found?.jobId ?? null
      if (found?.used) return stepOf(name, link, { state: 'done', facts: { version: found.used.version, path: found.used.path }, jobId })
      if (found?.state === 'unknown' && jobId === null) return stepOf(name, link, { state: 'unknown', error: found.error })
      const plan = await toolchain.plan(name)
      if (plan === null) return stepOf(name, link, { state: 'todo', action: { kind: 'open', page: 'tools' } })
      const to = join(toolchain.binDir, name, plan.version, programName(name, toolchain.os))
      return stepOf(name, link, {
        state: jobId !== null ? 'running' : (await needed()) ? 'todo' : 'optional',
        jobId,
        facts: { version: plan.version },
        download: { kind: 'file', url: plan.url, digestFrom: plan.digestFrom, bytes: plan.bytes, to },
        commands: byHand(plan, toolchain.os),
        action: { kind: 'download', tool: name, version: plan.version },
      })
    }
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
      const all = await anyCluster()
      const up = all.filter((one) => one.state === 'running')
      if (up[0]) return stepOf('cluster', pages.cluster, { state: 'done', facts: { name: up[0].name, count: up.length } })
      const worked = all.find((one) => one.jobId !== null)
      if (worked) return stepOf('cluster', pages.cluster, { state: 'running', facts: { name: worked.name, count: 0 }, jobId: worked.jobId })
      if (all[0])
        return stepOf('cluster', pages.cluster, {
          state: 'todo',
          facts: { name: all[0].name, count: 0 },
          action: { kind: 'open', page: 'clusters' },
        })
      // The create fetches the tools by itself; only without an engine there is nowhere to make it.
      const { image, images } = await clusters.plan(usualCluster)
      const held = images.some(({ ref, local }) => ref === image && local)
      return stepOf('cluster', pages.cluster, {
        state: before('engine') === 'done' ? 'todo' : 'waiting',
        download: held ? null : { kind: 'images', names: [image], from: imageRegistry(image), digest: image.includes('@') },
        commands: [commandText(['kind', 'create', 'cluster', `--image=${image}`])],
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
      const { userPath, shell } = await kubectl()
      const line = shellLine(userPath.lines, shell)
      const facts = {
        folder: userPath.folder,
        path: userPath.path,
        link: userPath.state,
        shell: line?.shell ?? null,
        file: line?.file ?? null,
      }
      const others = (await tools()).find((one) => one.name === 'kubectl')?.copies ?? []
      const found = others.some(({ origin }) => origin === 'path' || origin === 'login-shell')
      // The line counts in terminals that are opened from now on, which this one was not.
      const searched = userPath.onPath || line?.present === true
      if ((userPath.state === 'own' && searched) || found) return stepOf('kubectl-path', pages.path, { state: 'done', facts })
      const ready = before('kubectl') === 'done' && (userPath.would !== null || userPath.state === 'own')
      const linked = userPath.state === 'own'
      const canLink = userPath.supported && (userPath.state === 'absent' || userPath.state === 'broken')
      return stepOf('kubectl-path', pages.path, {
        state: ready ? 'todo' : 'waiting',
        facts,
        commands: ready ? [...(linked ? [] : userPath.commands), ...(searched || line === undefined ? [] : appends(line))] : [],
        action: canLink
          ? { kind: 'link', tool: 'kubectl' }
          : linked && userPath.supported && line
            ? { kind: 'plan' }
            : { kind: 'open', page: 'tools' },
      })
    },
    completion: async () => {
      const { completion, shell } = await kubectl()
      const line = shellLine(completion, shell)
      if (line === undefined) return stepOf('completion', pages.completion, { state: 'waiting' })
      const facts = { shell: line.shell, file: line.file }
      if (line.present) return stepOf('completion', pages.completion, { state: 'done', facts })
      return stepOf('completion', pages.completion, {
        state: 'optional',
        facts,
        commands: appends(line),
        action: toolchain.os === 'windows' ? { kind: 'open', page: 'tools' } : { kind: 'plan' },
      })
    },
  }
}

/** As the dialog of a create begins. */
const usualCluster = {
  name: null,
  provider: 'kind',
  document: null,
  profileId: null,
  image: null,
  controlPlanes: 1,
  workers: 0,
  ports: [],
} satisfies PlanSpec

/** Where an engine pulls a name from: https://distribution.github.io/reference/ (`docker.io` where the first part names no host). */
function imageRegistry(image: string): string {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : 'docker.io'
}

/** The download as the official pages write it: https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/#install-kubectl-binary-with-curl-on-linux */
function byHand({ tool, url, digestFrom }: DownloadPlan, os: string): string[] {
  if (os === 'windows') return []
  const check = os === 'darwin' ? 'shasum -a 256 --check' : 'sha256sum --check'
  return [
    commandText(['curl', '-fL', '-o', tool, url]),
    // Digits alone, or a line with a name of its own.
    ...(digestFrom === 'pin' ? [] : [`echo "$(${commandText(['curl', '-fsSL', digestFrom])} | cut -d ' ' -f 1)  ${tool}" | ${check}`]),
    commandText(['chmod', '+x', tool]),
  ]
}

/** Of the login shell; where that has none, the first. */
export const shellLine = (lines: readonly ShellLine[], shell: Shell | null): ShellLine | undefined =>
  lines.find((line) => line.shell === shell) ?? lines[0]

const appends = ({ shell, file, text }: ShellLine): string[] =>
  shell === 'powershell' ? [text] : [`${commandText(['echo', text])} >> ${commandText([file])}`]
