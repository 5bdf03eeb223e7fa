import type { HostIntent } from '#shared/contract/host-checks.ts'
import type { RuntimeFinding } from '#shared/contract/runtimes.ts'
import type { SetupStepId } from '#shared/contract/setup.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError, errorShape } from '../error.ts'
import { kubernetesSteps, linesOf, usualMinor } from './kubernetes-packages.ts'
import type { SetupDeps } from './setup.ts'
import { type Look, pages, stepOf } from './step.ts'

type Deps = Pick<SetupDeps, 'targets' | 'hostChecks' | 'runtimes' | 'kubeadm'>

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

/** The steps that make a Linux host a node. What is looked at for several of them is looked at once. */
export function nodeLooks(deps: Deps, target: TargetId, intent: HostIntent): Partial<Record<SetupStepId, Look>> {
  let lookingAtRuntimes: ReturnType<SetupDeps['runtimes']['look']> | null = null
  let lookingAtChecks: ReturnType<SetupDeps['hostChecks']['run']> | null = null
  let lookingAtKubeadm: ReturnType<SetupDeps['kubeadm']['state']> | null = null
  const runtimes = (signal: AbortSignal) => (lookingAtRuntimes ??= deps.runtimes.look(target, signal))
  const kubeadm = () => (lookingAtKubeadm ??= deps.kubeadm.state(target))
  const checks = () => (lookingAtChecks ??= deps.hostChecks.run(target, intent))
  /** All at once, as each takes its time; what fails is told by the step that it is about. */
  const begin = (signal: AbortSignal) => {
    for (const looking of [checks(), runtimes(signal), kubeadm()]) looking.catch(() => {})
  }
  const open = (page: 'runtimes' | 'checks' | 'kubeadm') => ({ kind: 'open', page }) as const
  return {
    system: async (_before, signal) => {
      const { system, os, arch, user, root } = await (await deps.targets.get(target)).look()
      if (os === 'linux') begin(signal)
      const facts = { system, arch, user, root, os }
      return stepOf('system', pages.system, { state: os === 'linux' && root !== 'none' ? 'done' : 'todo', facts, root: root === 'none' })
    },
    checks: async () => {
      const { findings, member } = await checks()
      const count = (result: string) => findings.filter((one) => one.result === result).length
      const fixable = findings.filter((one) => one.fixable && (one.result === 'problem' || one.result === 'warning')).length
      const facts = { problems: count('problem'), warnings: count('warning'), unknown: count('unknown'), fixable, checks: findings.length }
      const rest = { facts, commands: [`cove host check ${target === 'local' ? '' : `--target ${target} `}--role ${intent.role}`] }
      // A machine that is a node has its files and ports taken by itself.
      if (facts.problems === 0 || member)
        return stepOf('checks', pages.checks, {
          ...rest,
          state: 'done',
          action: fixable > 0 ? { kind: 'plan' } : open('checks'),
          root: fixable > 0,
        })
      return stepOf('checks', pages.checks, { ...rest, state: 'todo', root: true, action: fixable > 0 ? { kind: 'plan' } : open('checks') })
    },
    runtime: async (_before, signal) => {
      const seen = await runtimes(signal)
      const wrong = seen.findings.find((one) => inTheWay.has(one.id) && one.level === 'problem')
      const running =
        seen.runtimes.find((one) => one.unit.state === 'running' && one.cri.api === 'v1') ??
        seen.runtimes.find((one) => one.cri.api === 'v1')
      const facts = { runtime: running?.name ?? null, version: running?.version ?? null, finding: wrong?.id ?? null }
      if (running && !wrong) return stepOf('runtime', pages.runtime, { state: 'done', facts, action: open('runtimes') })
      const plan = wrong?.id === 'no-runtime' || wrong?.id === 'cri-disabled'
      return stepOf('runtime', pages.runtime, { state: 'todo', facts, root: true, action: plan ? { kind: 'plan' } : open('runtimes') })
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
      // On a node that has joined, the change is a job of its own that drains first.
      return stepOf('cgroup-driver', pages['cgroup-driver'], {
        state: 'todo',
        facts,
        root: true,
        action: seen.kubelet.joined || seen.host.recommended === null ? open('runtimes') : { kind: 'plan' },
      })
    },
    programs: async () => {
      const { programs } = await kubeadm()
      const done = programs.kubeadm !== null && programs.kubelet !== null
      const facts = { kubeadm: programs.kubeadm, kubelet: programs.kubelet, kubernetes: intent.kubernetes }
      if (done) return stepOf('programs', pages.programs, { state: 'done', facts })
      const host = await deps.targets.get(target)
      try {
        const steps = await kubernetesSteps(host, intent.kubernetes ?? usualMinor)
        const commands = linesOf(steps, (await host.look()).root !== 'direct')
        return stepOf('programs', pages.programs, { state: 'todo', facts, root: true, commands, action: { kind: 'plan' } })
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'runtime-install-unknown') throw error
        return stepOf('programs', pages.programs, { state: 'todo', facts, root: true, error: errorShape(error) })
      }
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
