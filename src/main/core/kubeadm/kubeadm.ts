import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { KubeadmCertificate, KubeadmLeftover, KubeadmState, KubeadmToken } from '#shared/contract/kubeadm.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { AppError } from '../error.ts'
import type { JobKind, Reconcile } from '../jobs/types.ts'
import { reconcileRenew, renewJob } from './certificates.ts'
import { initJob, type InitWish, reconcileInit } from './init.ts'
import { joinJob, type JoinWish, reconcileJoin } from './join.ts'
import { parseJoinCommand } from './join-command.ts'
import { isAbsent } from './host.ts'
import { findLeftovers } from './leftovers.ts'
import { lookAt } from './look.ts'
import { parseCertificates, parseTokens } from './parse.ts'
import { joinPreflightJob, preflightJob, reconcilePreflight } from './preflight-jobs.ts'
import { reconcileReset, resetJob, type ResetWish } from './reset.ts'
import { networkJob, pullJob, reconcileSimple } from './simple-jobs.ts'
import { contextsTo, ownConfigs, type Taken, takeContext } from './take-context.ts'
import { type Findings, type Host, hostKey, type KubeadmDeps, type UpgradePlans } from './types.ts'
import { reconcileUpgrade, upgradeJob, type UpgradeWish } from './upgrade.ts'

type Started = Promise<{ readonly jobId: string }>

export type Kubeadm = {
  /** What a host is and what can be done with it. Throws as `Target.run`. */
  state(target: TargetId): Promise<KubeadmState>
  /** `join`: the checks of joining that cluster; null: those of init. */
  preflight(target: TargetId, document: string | null, join: Omit<JoinWish, 'target' | 'ignore'> | null): Started
  pullImages(target: TargetId, document: string | null): Started
  init(wish: InitWish): Started
  takeContext(target: TargetId): Promise<Taken>
  applyNetwork(target: TargetId, manifest: string): Started
  /** Throws `join-command-invalid`. */
  readJoin(command: string): { endpoint: string; tokenId: string; hashes: string[]; controlPlane: boolean }
  join(wish: JoinWish): Started
  tokens(target: TargetId): Promise<KubeadmToken[]>
  /** `hours` 0: it never expires. */
  createToken(target: TargetId, hours: number, description: string): Promise<{ readonly id: string; readonly joinCommand: string }>
  renewToken(target: TargetId, id: string, hours: number): Promise<KubeadmToken[]>
  deleteToken(target: TargetId, id: string): Promise<KubeadmToken[]>
  certificates(target: TargetId): Promise<KubeadmCertificate[]>
  renewCertificates(target: TargetId): Started
  upgrade(wish: UpgradeWish): Started
  leftovers(target: TargetId): Promise<KubeadmLeftover[]>
  reset(wish: ResetWish): Started
  readonly reconcileHandlers: Partial<Record<JobKind, Reconcile>>
}

/** Clusters of kubeadm on hosts that can be reached: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm/ */
export function createKubeadm(deps: KubeadmDeps): Kubeadm {
  const { targets, jobs } = deps
  const findings: Findings = new Map()
  const plans: UpgradePlans = new Map()
  const host = (target: TargetId): Promise<Host> => targets.machine(target)
  const changed = () => deps.changes.emit('jobs')
  const viaOf = async (via: JoinWish['via']) => (via.kind === 'target' ? host(via.target) : null)

  /** A question that kubeadm or kubectl answers on a control plane. Throws `tool-absent`, `kubeadm-no-control-plane`, `command-failed`. */
  async function ask(target: TargetId, argv: readonly [string, ...string[]]): Promise<string> {
    const there = await host(target)
    const result = await there.run({ argv, root: true, timeoutMs: 30_000 })
    if (result.exitCode === 0) return result.stdout
    if (isAbsent(result.exitCode, result.stderr)) throw new AppError('tool-absent', { tool: argv[0] === 'kubectl' ? 'kubectl' : 'kubeadm' })
    if ((await there.readFile('/etc/kubernetes/admin.conf', { root: true })) === null)
      throw new AppError('kubeadm-no-control-plane', { target: there.name })
    const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n')
    throw new AppError(
      'command-failed',
      { command: argv.join(' '), exitCode: result.exitCode, signal: result.signal, tail },
      { commandId: result.id },
    )
  }

  async function readable<T>(target: TargetId, argv: readonly [string, ...string[]], parse: (text: string) => T): Promise<T> {
    const text = await ask(target, argv)
    try {
      return parse(text)
    } catch (cause) {
      throw new AppError('command-output-unreadable', { command: argv.join(' '), reason: String(cause).slice(0, 400) }, { cause })
    }
  }

  const tokens = (target: TargetId) => readable(target, kubeadmCommands.listTokens(), parseTokens)
  const leftoversOf = async (target: TargetId) => {
    const there = await host(target)
    const { cluster, authority } = await lookAt(there)
    return findLeftovers(there, { podSubnet: cluster?.podSubnet || null, authority, keep: await ownConfigs(deps, there) })
  }
  const start = (definition: Parameters<typeof jobs.start>[0]) => ({ jobId: jobs.start(definition).id })

  return {
    state: async (target) => {
      const there = await host(target)
      const { authority, ...look } = await lookAt(there)
      const server = look.cluster === null ? null : `https://${look.cluster.endpoint}`
      const [context] = server === null ? [] : (await contextsTo(deps, there, { server, authority })).found
      const planned = plans.get(target)
      return {
        ...look,
        context: context ?? null,
        jobId: jobs.running(hostKey(target))?.id ?? null,
        preflight: findings.get(target) ?? null,
        upgradePlan: planned?.authority === authority ? (planned?.plan ?? null) : null,
      }
    },
    preflight: async (target, document, join) => {
      const there = await host(target)
      const kept = { findings, changed }
      if (join === null) return start(preflightJob(there, target, document, kept))
      return start(joinPreflightJob(there, await viaOf(join.via), { target, ...join }, kept))
    },
    pullImages: async (target, document) => start(pullJob(await host(target), target, document)),
    init: async (wish) => start(initJob(deps, await host(wish.target), wish)),
    takeContext: async (target) => takeContext(deps, await host(target)),
    applyNetwork: async (target, manifest) => start(networkJob(await host(target), target, manifest)),
    readJoin: (command) => {
      const { endpoint, token, hashes, controlPlane } = parseJoinCommand(command)
      return { endpoint, tokenId: token.slice(0, 6), hashes: [...hashes], controlPlane }
    },
    join: async (wish) => start(joinJob(deps, await host(wish.target), await viaOf(wish.via), wish)),
    tokens,
    createToken: async (target, hours, description) => {
      const said = await ask(target, [...kubeadmCommands.createToken(hours, description), '--print-join-command'])
      const joinCommand =
        said
          .split('\n')
          .find((line) => line.startsWith('kubeadm join'))
          ?.trim() ?? ''
      return { id: parseJoinCommand(joinCommand).token.slice(0, 6), joinCommand }
    },
    renewToken: async (target, id, hours) => {
      const until = new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z')
      await ask(target, kubeadmCommands.renewToken(id, until))
      return tokens(target)
    },
    deleteToken: async (target, id) => {
      await ask(target, kubeadmCommands.deleteToken(id))
      return tokens(target)
    },
    certificates: (target) => readable(target, kubeadmCommands.certificates(), parseCertificates),
    renewCertificates: async (target) => start(renewJob(deps, await host(target), target)),
    upgrade: async (wish) => start(upgradeJob(deps, await Promise.all(wish.targets.map(host)), wish, { plans, changed })),
    leftovers: leftoversOf,
    reset: async (wish) => start(resetJob(deps, await host(wish.target), wish.via === null ? null : await host(wish.via), wish)),
    reconcileHandlers: {
      'kubeadm.preflight': reconcilePreflight(deps),
      'kubeadm.pull-images': reconcileSimple(deps),
      'kubeadm.network': reconcileSimple(deps),
      'kubeadm.plan-upgrade': reconcileUpgrade(deps),
      'kubeadm.init': reconcileInit(deps),
      'kubeadm.join': reconcileJoin(deps),
      'kubeadm.reset': reconcileReset(deps),
      'kubeadm.renew-certificates': reconcileRenew(deps),
      'kubeadm.upgrade': reconcileUpgrade(deps),
    },
  }
}
