import type { HostPlan, HostStep } from '#shared/contract/host-changes.ts'
import type { Runtime, RuntimeChange, RuntimeName, Runtimes } from '#shared/contract/runtimes.ts'
import { AppError } from '../error.ts'
import type { PlanFacts, PlanProposal } from '../host-changes/types.ts'
import { command, file, step } from '../host-changes/steps.ts'
import type { Target } from '../targets/types.ts'
import { enableContainerdCri, hostsToml, setContainerdCertsDir, setContainerdSandbox } from './containerd-edit.ts'
import { changeOf, configOf, driverChange, type FileChange, majorOf } from './driver-change.ts'
import { installSteps } from './install.ts'
import {
  crioDropIn,
  dockerdDropIn,
  dockerdSandboxDropIn,
  dockerdUnits,
  registriesConf,
  setCrioSandbox,
  setDockerMirrors,
} from './other-edits.ts'
import { pages, reloadUnits, restart } from './steps.ts'
import { dockerdCommand } from './units.ts'

type Plan = { readonly purpose: string; readonly facts: PlanFacts; readonly steps: HostStep[]; readonly warnings: HostPlan['warnings'] }

/** What a change is, as a plan; nothing has been done. Throws `runtime-not-installed`, `runtime-config-refused`, `runtime-install-unknown`, `host-unsupported`. */
export async function proposal(target: Target, seen: Runtimes, change: RuntimeChange): Promise<PlanProposal> {
  if (!seen.supported) throw new AppError('host-unsupported', { target: target.name })
  return { target: target.id, ...(await planOf(target, seen, change)) }
}

async function planOf(target: Target, seen: Runtimes, change: RuntimeChange): Promise<Plan> {
  switch (change.kind) {
    case 'driver':
      return driverPlan(target, seen, change)
    case 'sandbox-image':
      return sandboxPlan(target, seen, change)
    case 'enable-cri': {
      const runtime = installed(seen, 'containerd')
      const edited = await changeOf(target, configOf(runtime), (text) => enableContainerdCri(text, majorOf(runtime)))
      return plan('runtime-enable-cri', runtime, [fileStep('runtime-enable-cri', pages.containerd, edited), restart(runtime.unit.name)])
    }
    case 'mirrors':
      return mirrorsPlan(target, seen, change)
    case 'install': {
      const { distribution } = await target.look()
      const facts = { runtime: change.runtime, distribution: distribution[0] ?? null }
      const there = seen.runtimes.find((one) => one.name === change.runtime)
      const steps = await installSteps(target, {
        ...change,
        distribution,
        kubernetes: seen.kubelet.version ?? seen.kubeadm.version,
        package: there?.package?.name ?? null,
        isRunning: there?.unit.state === 'running' && there.unit.enabled === true,
      })
      return {
        purpose: 'runtime-install',
        facts,
        steps,
        warnings: change.runtime === 'docker' ? [{ id: 'runtime-docker-needs-shim', facts: {} }] : [],
      }
    }
    case 'cri-dockerd-unit':
      return unitPlan(target, seen)
    case 'restart': {
      const runtime = installed(seen, change.runtime)
      return plan('runtime-restart', runtime, [restart(runtime.unit.name)])
    }
  }
}

async function driverPlan(
  target: Target,
  seen: Runtimes,
  { runtime: name, driver }: Extract<RuntimeChange, { kind: 'driver' }>,
): Promise<Plan> {
  const runtime = installed(seen, name)
  const change = await driverChange(target, runtime, driver)
  const steps = [
    fileStep('runtime-driver', change.page, change.file, { driver, runtime: name }),
    restart(change.unit),
    ...change.before.map(restart),
  ]
  const { effective, from, joined } = seen.kubelet
  // A kubelet that asks the runtime follows it; the others would stand beside it.
  const breaks = joined && from !== 'runtime' && effective !== null && effective !== driver
  const moves = !breaks && joined && runtime.driver !== driver
  const warnings = [
    ...(breaks ? [{ id: 'runtime-breaks-kubelet', facts: { kubelet: effective, driver } }] : []),
    ...(moves ? [{ id: 'runtime-driver-joined', facts: {} }] : []),
  ]
  const made = plan('runtime-driver', runtime, steps, { driver })
  return { ...made, warnings: [...warnings, ...made.warnings] }
}

async function sandboxPlan(target: Target, seen: Runtimes, change: Extract<RuntimeChange, { kind: 'sandbox-image' }>): Promise<Plan> {
  const runtime = installed(seen, change.runtime)
  const image = change.image ?? seen.kubeadm.sandboxImage
  if (image === null) throw new AppError('bad-input', { field: 'change.image' })
  const steps = async (): Promise<HostStep[]> => {
    switch (runtime.name) {
      case 'containerd': {
        const edited = await changeOf(target, configOf(runtime), (text) => setContainerdSandbox(text, majorOf(runtime), image))
        return [fileStep('runtime-sandbox', pages.containerdSandbox, edited, { image }), restart(runtime.unit.name)]
      }
      case 'cri-o': {
        const edited = await changeOf(target, crioDropIn, (text) => setCrioSandbox(text, image))
        return [fileStep('runtime-sandbox', pages.crioSandbox, edited, { image }), restart(runtime.unit.name)]
      }
      case 'docker':
      case 'mirantis': {
        if (runtime.shim?.installed !== 'yes') throw new AppError('runtime-not-installed', { runtime: 'cri-dockerd' })
        const unit = dockerdSandboxDropIn(await dockerdCommand(target), image)
        if (unit === null) throw new AppError('runtime-config-refused', { path: 'cri-docker.service', reason: 'not-editable' })
        const before = await target.readFile(dockerdDropIn, { root: true })
        const actions = [file(dockerdDropIn, before, unit), ...(before === unit ? [] : [reloadUnits()])]
        return [step('runtime-sandbox', pages.dockerSandbox, actions, { image }), restart('cri-docker.service')]
      }
    }
  }
  return plan('runtime-sandbox', runtime, await steps(), { image })
}

async function mirrorsPlan(target: Target, seen: Runtimes, change: Extract<RuntimeChange, { kind: 'mirrors' }>): Promise<Plan> {
  const { registry, endpoints } = change
  const runtime = installed(seen, change.runtime)
  const facts = { registry, count: endpoints.length }
  const whole = async (path: string, text: string): Promise<FileChange | (Omit<FileChange, 'after'> & { after: null })> => ({
    path,
    before: await target.readFile(path, { root: true }),
    after: endpoints.length === 0 ? null : text,
  })
  const steps = async (): Promise<HostStep[]> => {
    switch (runtime.name) {
      case 'containerd': {
        const folder = '/etc/containerd/certs.d'
        const config = await changeOf(target, configOf(runtime), (text) => setContainerdCertsDir(text, majorOf(runtime), folder))
        const hosts = await whole(`${folder}/${registry}/hosts.toml`, hostsToml(registry, endpoints))
        // hosts.toml is read with every pull; where it lies is read at the start alone.
        const folderSteps =
          config.before === config.after
            ? []
            : [fileStep('runtime-mirrors-folder', pages.containerdHosts, config, { folder }), restart(runtime.unit.name)]
        return [step('runtime-mirrors', pages.containerdHosts, [file(hosts.path, hosts.before, hosts.after)], facts), ...folderSteps]
      }
      case 'cri-o': {
        const conf = await whole(
          `/etc/containers/registries.conf.d/90-cove-${registry.replaceAll(/[^a-z0-9.-]/gi, '_')}.conf`,
          registriesConf(registry, endpoints),
        )
        return [
          step('runtime-mirrors', pages.registriesConf, [file(conf.path, conf.before, conf.after)], facts),
          restart(runtime.unit.name),
        ]
      }
      case 'docker':
      case 'mirantis': {
        if (registry !== 'docker.io')
          throw new AppError('runtime-config-refused', { path: '/etc/docker/daemon.json', reason: 'docker-io-only' })
        const edited = await changeOf(target, '/etc/docker/daemon.json', (text) => setDockerMirrors(text, endpoints))
        return [fileStep('runtime-mirrors', pages.dockerMirrors, edited, facts), restart(runtime.unit.name)]
      }
    }
  }
  return plan('runtime-mirrors', runtime, await steps(), facts)
}

async function unitPlan(target: Target, seen: Runtimes): Promise<Plan> {
  const runtime = seen.runtimes.find((one) => one.shim?.installed === 'yes')
  const program = runtime?.shim?.program
  if (runtime === undefined || !program) throw new AppError('runtime-not-installed', { runtime: 'cri-dockerd' })
  const actions = await Promise.all(
    Object.entries(dockerdUnits(program)).map(async ([path, text]) => file(path, await target.readFile(path, { root: true }), text)),
  )
  const start = command(['systemctl', 'enable', '--now', 'cri-docker.socket', 'cri-docker.service'], {
    undo: ['systemctl', 'disable', '--now', 'cri-docker.service', 'cri-docker.socket'],
    check: ['systemctl', 'is-active', '--quiet', 'cri-docker.socket'],
  })
  return {
    purpose: 'runtime-dockerd-unit',
    facts: {},
    steps: [
      step('runtime-dockerd-unit', pages.docker, [...actions, reloadUnits()]),
      step('runtime-start', pages.docker, [start], { unit: 'cri-docker.socket' }),
    ],
    warnings: [],
  }
}

/** Where no file changes there is nothing to restart for, and the plan says that it is so already. */
function plan(purpose: string, runtime: Runtime, steps: HostStep[], facts: PlanFacts = {}): Plan {
  const files = steps.filter((one) => one.id !== 'runtime-restart')
  const needless = files.length > 0 && files.every((one) => one.done) && runtime.restartNeeded !== true
  const restarts = steps.some((one) => one.id === 'runtime-restart') && !needless
  return {
    purpose,
    facts: { runtime: runtime.name, ...facts },
    steps: steps.map((one) => (needless ? { ...one, done: true } : one)),
    warnings: restarts
      ? [{ id: runtime.name === 'docker' || runtime.name === 'mirantis' ? 'runtime-docker-restarts' : 'runtime-restarts', facts: {} }]
      : [],
  }
}

function installed(seen: Runtimes, name: RuntimeName): Runtime {
  const runtime = seen.runtimes.find((one) => one.name === name)
  if (runtime?.installed !== 'yes') throw new AppError('runtime-not-installed', { runtime: name })
  return runtime
}

const fileStep = (id: string, link: string, change: FileChange, facts: HostStep['facts'] = {}) =>
  step(id, link, [file(change.path, change.before, change.after)], { file: change.path, ...facts })
