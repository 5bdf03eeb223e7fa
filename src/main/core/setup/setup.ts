import type { HostPlan } from '#shared/contract/host-changes.ts'
import type { HostIntent } from '#shared/contract/host-checks.ts'
import type { SetupIntent, SetupPlan, SetupStep, SetupStepId } from '#shared/contract/setup.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import type { Clusters } from '../clusters/types.ts'
import type { Engines } from '../engines/types.ts'
import { AppError } from '../error.ts'
import type { HostChanges } from '../host-changes/types.ts'
import type { HostChecks } from '../host-checks/host-checks.ts'
import type { Kubeadm } from '../kubeadm/kubeadm.ts'
import type { Kubeconfig } from '../kubeconfig/types.ts'
import type { RuntimesService } from '../runtimes/runtimes.ts'
import type { SettingsStore } from '../settings/types.ts'
import type { Targets } from '../targets/types.ts'
import type { ToolDetails } from '../toolchain/about.ts'
import type { Toolchain } from '../toolchain/types.ts'
import { computerLooks, shellLine } from './computer-steps.ts'
import { kubernetesSteps, missingPrograms, usualMinor } from './kubernetes-packages.ts'
import { firstPlanned, runtimeChanges } from './node-changes.ts'
import { nodeLooks } from './node-steps.ts'
import { type Look, pages, unknownStep } from './step.ts'

export type SetupDeps = {
  readonly toolchain: Pick<Toolchain, 'refresh' | 'plan' | 'os' | 'binDir'>
  readonly toolDetails: ToolDetails
  readonly engines: Pick<Engines, 'status'>
  readonly clusters: Pick<Clusters, 'refresh' | 'plan'>
  readonly kubeconfig: Pick<Kubeconfig, 'snapshot'>
  readonly targets: Pick<Targets, 'get'>
  readonly hostChecks: Pick<HostChecks, 'draft' | 'plan'>
  readonly runtimes: Pick<RuntimesService, 'look' | 'propose' | 'draft'>
  readonly kubeadm: Pick<Kubeadm, 'state'>
  readonly hostChanges: Pick<HostChanges, 'offer'>
  readonly settings: Pick<SettingsStore, 'get'>
}

export type SetupWish = {
  readonly intent: SetupIntent
  readonly target: TargetId
  readonly role: HostIntent['role']
  /** `v1.34` */
  readonly kubernetes: string | null
}

export type Setup = {
  /** What is there, what is missing, what would be done. Changes nothing; each step fails alone. */
  plan(wish: SetupWish, signal: AbortSignal): Promise<SetupPlan>
  /** What the step would change, to be looked at. Throws what the room of the step throws. */
  propose(wish: SetupWish, step: SetupStepId, signal: AbortSignal): Promise<HostPlan>
}

/** In the order in which they are done. */
const stepsOf: Readonly<Record<SetupIntent, readonly SetupStepId[]>> = {
  cluster: ['engine', 'kubectl', 'kind', 'cluster', 'context'],
  kubectl: ['kubectl', 'kubectl-path', 'completion', 'context'],
  node: ['system', 'checks', 'runtime', 'cgroup-driver', 'programs', 'kubeadm', 'network'],
  look: ['engine', 'kubectl', 'kind', 'cluster', 'context', 'system', 'checks', 'runtime', 'cgroup-driver', 'programs', 'kubeadm'],
}
/** What another host is asked has nothing to do with the tools and clusters of this computer. */
const idsOf = ({ intent, target }: SetupWish) =>
  intent === 'look' && target !== 'local' ? stepsOf.look.filter((id) => stepsOf.node.includes(id)) : stepsOf[intent]

/** The guided set-up: one plan over what the other rooms know. */
export function createSetup(deps: SetupDeps): Setup {
  const intentOf = ({ role, kubernetes }: SetupWish): HostIntent => ({
    role,
    kubernetes,
    podSubnets: [],
    serviceSubnets: [],
    criSocket: null,
  })

  return {
    plan: async (wish, signal) => {
      const intent = intentOf(wish)
      const looks: Partial<Record<SetupStepId, Look>> = { ...computerLooks(deps), ...nodeLooks(deps, wish.target, intent) }
      const steps: SetupStep[] = []
      const before = (id: SetupStepId) => steps.find((one) => one.id === id)?.state ?? null
      for (const id of idsOf(wish)) {
        signal.throwIfAborted()
        const link = id === 'kubectl-path' ? pages.path : pages[id]
        const look = looks[id]
        if (look === undefined) continue
        const seen = await look(before, signal).catch((error: unknown) => unknownStep(id, link, error))
        steps.push(seen)
        // Elsewhere nothing of the rest can be.
        if (id === 'system' && seen.state === 'todo' && seen.facts['os'] !== 'linux') break
      }
      const kubeadm = steps.find((one) => one.id === 'programs')?.facts['kubeadm']
      const there = typeof kubeadm === 'string' ? /^v1\.\d+/.exec(kubeadm)?.[0] : undefined
      return { intent: wish.intent, target: wish.target, kubernetes: wish.kubernetes ?? there ?? usualMinor, steps, asOf: Date.now() }
    },
    propose: async (wish, step, signal) => {
      const { target } = wish
      if (step === 'checks') return deps.hostChecks.plan(target, intentOf(wish), [])
      if (step === 'runtime' || step === 'cgroup-driver') {
        const seen = await deps.runtimes.look(target, signal)
        return firstPlanned(runtimeChanges(step, seen), (change) => deps.runtimes.propose(target, change, signal))
      }
      if (step === 'kubectl-path' || step === 'completion') {
        const { userPath, completion, shell } = await deps.toolDetails.about('kubectl')
        const line = shellLine(step === 'completion' ? completion : userPath.lines, shell)
        if (line) return deps.toolDetails.planShellLine('kubectl', step === 'completion' ? 'completion' : 'path', line.shell)
      }
      if (step === 'programs') {
        const { minor, names } = missingPrograms((await deps.kubeadm.state(target)).programs, wish.kubernetes)
        const steps = await kubernetesSteps(await deps.targets.get(target), { minor, names, mirror: deps.settings.get().mirrors.packages })
        const warnings = [{ id: 'kubernetes-packages', facts: { kubernetes: minor } }]
        return deps.hostChanges.offer({ target, purpose: 'kubernetes-packages', facts: { kubernetes: minor }, steps, warnings })
      }
      throw new AppError('bad-input', { field: 'step' })
    },
  }
}
