import type { HostIntent } from '#shared/contract/host-checks.ts'
import type { HostStep } from '#shared/contract/host-changes.ts'
import type { RuntimeFinding, Runtimes } from '#shared/contract/runtimes.ts'
import type { SetupStep, SetupStepId } from '#shared/contract/setup.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError, errorShape } from '../error.ts'
import { linesOf } from '../host-changes/lines.ts'
import { kubeadmImages, registryHost } from '../downloads/image-table.ts'
import { kubernetesSteps, missingPrograms } from './kubernetes-packages.ts'
import { firstPlanned, packagesIn, runtimeChanges } from './node-changes.ts'
import type { SetupDeps } from './setup.ts'
import { type Look, pages, stepOf } from './step.ts'

type Deps = Pick<SetupDeps, 'targets' | 'hostChecks' | 'runtimes' | 'kubeadm' | 'settings'>

/** What stands between a runtime and the kubelet. */
const inTheWay = new Set<RuntimeFinding['id']>([
  'no-runtime',
  'runtime-stopped',
  'docker-without-cri',
  'cri-disabled',
  'cri-too-old',
  'several-sockets',
])
const ofDrivers = new Set<RuntimeFinding['id']>(['driver-mismatch', 'driver-not-systemd'])

/** Why no plan can be offered, other than that the host could not be looked at. */
const noPlan = new Set<AppError['code']>(['runtime-install-unknown', 'runtime-config-refused', 'runtime-not-installed', 'bad-input'])

/** The steps that make a Linux host a node. What is looked at for several of them is looked at once. */
export function nodeLooks(deps: Deps, target: TargetId, intent: HostIntent): Partial<Record<SetupStepId, Look>> {
  let lookingAtRuntimes: ReturnType<SetupDeps['runtimes']['look']> | null = null
  let lookingAtChecks: ReturnType<SetupDeps['hostChecks']['draft']> | null = null
  let lookingAtKubeadm: ReturnType<SetupDeps['kubeadm']['state']> | null = null
  const runtimes = (signal: AbortSignal) => (lookingAtRuntimes ??= deps.runtimes.look(target, signal))
  const kubeadm = () => (lookingAtKubeadm ??= deps.kubeadm.state(target))
  const checks = () => (lookingAtChecks ??= deps.hostChecks.draft(target, intent))
  /** All at once, as each takes its time; what fails is told by the step that it is about. */
  const begin = (signal: AbortSignal) => {
    for (const looking of [checks(), runtimes(signal), kubeadm()]) looking.catch(() => {})
  }
  const open = (page: 'runtimes' | 'checks' | 'kubeadm') => ({ kind: 'open', page }) as const
  const byHand = async (steps: readonly HostStep[]) => ({
    commands: linesOf(steps, (await (await deps.targets.get(target)).look()).root !== 'direct'),
    download: packagesIn(steps),
  })
  /** What `work` plans, or why there is no such plan: then its page is where to go on. */
  async function planned(work: () => Promise<readonly HostStep[]>, page: SetupStep['action']): Promise<Partial<SetupStep>> {
    try {
      return { ...(await byHand(await work())), action: { kind: 'plan' } }
    } catch (error) {
      if (!(error instanceof AppError) || !noPlan.has(error.code)) throw error
      return { error: errorShape(error), action: page }
    }
  }
  const runtimePlan = (step: 'runtime' | 'cgroup-driver', seen: Runtimes) =>
    planned(
      async () => (await firstPlanned(runtimeChanges(step, seen), (change) => deps.runtimes.draft(target, change, seen))).steps,
      open('runtimes'),
    )
  return {
    system: async (_before, signal) => {
      const { system, os, arch, user, root } = await (await deps.targets.get(target)).look()
      if (os === 'linux') begin(signal)
      const facts = { system, arch, user, root, os }
      return stepOf('system', pages.system, { state: os === 'linux' && root !== 'none' ? 'done' : 'todo', facts, root: root === 'none' })
    },
    checks: async () => {
      const { report, steps } = await checks()
      const { findings, member } = report
      const count = (result: string) => findings.filter((one) => one.result === result).length
      const fixable = findings.filter((one) => one.fixable && (one.result === 'problem' || one.result === 'warning')).length
      const facts = {
        problems: count('problem'),
        warnings: count('warning'),
        unknown: count('unknown'),
        fixable,
        steps: steps.length,
        checks: findings.length,
      }
      const look = `cove host check ${target === 'local' ? '' : `--target ${target} `}--role ${intent.role}`
      const rest = { facts, action: steps.length > 0 ? ({ kind: 'plan' } as const) : open('checks') }
      // A machine that is a node has its files and ports taken by itself.
      if (facts.problems === 0 || member)
        return stepOf('checks', pages.checks, { ...rest, state: 'done', commands: [look], root: steps.length > 0 })
      const made = steps.length > 0 ? await byHand(steps) : { commands: [look] }
      return stepOf('checks', pages.checks, { ...rest, ...made, state: 'todo', root: true })
    },
    runtime: async (_before, signal) => {
      const seen = await runtimes(signal)
      const wrong = seen.findings.find((one) => inTheWay.has(one.id) && one.level === 'problem')
      const running =
        seen.runtimes.find((one) => one.unit.state === 'running' && one.cri.api === 'v1') ??
        seen.runtimes.find((one) => one.cri.api === 'v1')
      const facts = { runtime: running?.name ?? null, version: running?.version ?? null, finding: wrong?.id ?? null }
      if (running && !wrong) return stepOf('runtime', pages.runtime, { state: 'done', facts, action: open('runtimes') })
      const plan =
        wrong?.id === 'no-runtime' || wrong?.id === 'cri-disabled' ? await runtimePlan('runtime', seen) : { action: open('runtimes') }
      return stepOf('runtime', pages.runtime, { ...plan, state: 'todo', facts, root: true })
    },
    'cgroup-driver': async (before, signal) => {
      const seen = await runtimes(signal)
      const wrong = seen.findings.find((one) => ofDrivers.has(one.id) && one.level !== 'ok')
      const runtime = seen.runtimes.find((one) => one.driver !== null)
      const facts = {
        runtime: runtime?.name ?? null,
        driver: runtime?.driver ?? null,
        kubelet: seen.kubelet.effective,
        wanted: seen.host.recommended,
      }
      if (runtime === undefined)
        return stepOf('cgroup-driver', pages['cgroup-driver'], {
          state: before('runtime') === 'done' ? 'todo' : 'waiting',
          facts,
          action: open('runtimes'),
        })
      if (wrong === undefined) return stepOf('cgroup-driver', pages['cgroup-driver'], { state: 'done', facts, action: open('runtimes') })
      // What the step before changes is in the same file: a plan made now would take that back.
      if (before('runtime') === 'todo') return stepOf('cgroup-driver', pages['cgroup-driver'], { state: 'waiting', facts, root: true })
      // On a node that has joined, the change is a job of its own that drains first.
      const isJob = seen.kubelet.joined || seen.host.recommended === null
      const plan = isJob ? { action: open('runtimes') } : await runtimePlan('cgroup-driver', seen)
      return stepOf('cgroup-driver', pages['cgroup-driver'], { ...plan, state: 'todo', facts, root: true })
    },
    programs: async () => {
      const { programs } = await kubeadm()
      const done = programs.kubeadm !== null && programs.kubelet !== null && programs.kubectl !== null
      const facts = { ...programs, kubernetes: intent.kubernetes }
      if (done) return stepOf('programs', pages.programs, { state: 'done', facts })
      const { minor, names } = missingPrograms(programs, intent.kubernetes)
      const plan = await planned(
        async () => kubernetesSteps(await deps.targets.get(target), { minor, names, mirror: deps.settings.get().mirrors.packages }),
        null,
      )
      return stepOf('programs', pages.programs, { ...plan, state: 'todo', facts, root: true })
    },
    kubeadm: async (before) => {
      const state = await kubeadm()
      const facts = { kind: state.kind, cluster: state.cluster?.name ?? null, node: state.node, role: intent.role }
      const ready = before('programs') === 'done' && before('runtime') === 'done'
      const done = state.kind === 'control-plane' || state.kind === 'worker'
      return stepOf('kubeadm', pages.kubeadm, {
        state: state.jobId !== null ? 'running' : done ? 'done' : ready ? 'todo' : 'waiting',
        jobId: state.jobId,
        facts,
        root: !done,
        download: done
          ? null
          : { kind: 'images', names: kubeadmImages(state.programs.kubeadm, intent.role), from: registryHost, digest: false },
        commands: done
          ? []
          : intent.role === 'worker'
            ? ['sudo kubeadm join HOST:6443 --token TOKEN --discovery-token-ca-cert-hash sha256:HASH']
            : ['sudo kubeadm init --pod-network-cidr=10.244.0.0/16'],
        action: open('kubeadm'),
      })
    },
    network: async (before) => {
      const state = await kubeadm()
      const done = state.network
      return stepOf('network', pages.network, {
        state: done ? 'done' : before('kubeadm') === 'done' ? 'todo' : 'waiting',
        // A worker has it from its cluster.
        commands: done || intent.role === 'worker' ? [] : ['kubectl apply -f MANIFEST.yaml'],
        action: open('kubeadm'),
      })
    },
  }
}
