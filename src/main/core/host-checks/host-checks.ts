import type { HostComparison, HostEtcd, HostFinding, HostIntent, HostReport } from '#shared/contract/host-checks.ts'
import type { HostPlan, HostStep } from '#shared/contract/host-changes.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { isFixedWithAll } from '#shared/words/finding-words.ts'
import { AppError, errorShape } from '../error.ts'
import { keepPresent } from '../host-changes/packages.ts'
import type { HostChanges } from '../host-changes/types.ts'
import type { Target, Targets } from '../targets/types.ts'
import { type CheckId, checkIds, isCheckId } from './catalog.ts'
import { collectScript } from './collect-script.ts'
import type { HostFacts } from './facts.ts'
import { filesFor, stepsFor } from './fixes/index.ts'
import { isMember } from './member.ts'
import { parseFacts } from './parse-facts.ts'
import type { Ground } from './rule.ts'
import { evaluate } from './rules/index.ts'
import { readSections } from './sections.ts'

export type HostChecks = {
  /** Looks at a machine and changes nothing. Throws as `Target.run`; `command-output-unreadable`. */
  run(target: TargetId, intent: HostIntent, signal?: AbortSignal): Promise<HostReport>
  /** As `run`, with the steps that put right all that is put right together; none where nothing is. Nothing is offered. */
  draft(target: TargetId, intent: HostIntent, signal?: AbortSignal): Promise<{ readonly report: HostReport; readonly steps: HostStep[] }>
  /** Looks again and offers what puts right those of `ids` that are wrong; none named: all that can be. Throws `host-nothing-to-fix`. */
  plan(target: TargetId, intent: HostIntent, ids: readonly string[], signal?: AbortSignal): Promise<HostPlan>
  /** What must differ between machines of one cluster. */
  compare(targets: readonly TargetId[], signal?: AbortSignal): Promise<HostComparison>
}

/** What is meant where nobody says which version: the newest stable one that these checks were written against. */
const newest = 'v1.37.0'
const timeoutMs = 90_000
const outputBytes = 4 * 1024 ** 2
const identityIds = checkIds.filter((id) => id.startsWith('unique-'))
/** For `compare`, which asks for nothing that depends on it. */
const anyIntent: HostIntent = { role: 'worker', kubernetes: null, podSubnets: [], serviceSubnets: [], criSocket: null }

export function createHostChecks({
  targets,
  hostChanges,
}: {
  readonly targets: Pick<Targets, 'get'>
  readonly hostChanges: Pick<HostChanges, 'offer'>
}): HostChecks {
  async function look(id: TargetId, intent: HostIntent, signal?: AbortSignal) {
    const target = await targets.get(id)
    const started = Date.now()
    const { facts, clockAheadSeconds, rootWay } = await collect(target, intent, signal)
    const kubernetes = withV(intent.kubernetes ?? facts.kubeadm ?? facts.kubelet ?? newest)
    const bare: Ground = { facts, intent: { ...intent, kubernetes }, rootWay, clockAheadSeconds, others: [] }
    return { target, started, facts, bare }
  }

  /** Texts that steps are planned on, as they are now. */
  async function texts(ground: Ground, wrong: readonly CheckId[], read: (path: string) => Promise<string | null>) {
    const paths = filesFor(ground, wrong)
    const found = new Map(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)))
    return (path: string) => found.get(path) ?? null
  }

  const draft: HostChecks['draft'] = async (id, intent, signal) => {
    const { target, started, facts, bare } = await look(id, intent, signal)
    // Off Linux none of the rest means anything.
    const ids: readonly CheckId[] = facts.os === 'Linux' ? checkIds : ['os']
    const findings = evaluate(bare, ids)
    const wrong = wrongOf(findings)
    // A file that cannot be read now says so when a plan is asked for.
    const read = await texts(bare, wrong, (path) => readText(target, bare, path, signal).catch(() => null))
    const fixable = wrong.filter((one) => stepsFor(bare, read, [one]).length > 0)
    const report = {
      target: id,
      intent: bare.intent,
      at: Date.now(),
      tookMs: Date.now() - started,
      system: facts.system,
      kernel: facts.kernel,
      arch: facts.arch,
      hostname: facts.hostname,
      root: facts.root,
      member: isMember(facts),
      findings: findings.map((finding) => ({ ...finding, fixable: fixable.some((one) => one === finding.id) })),
    }
    return { report, steps: stepsFor(bare, read, wrongOf(findings.filter(isFixedWithAll))) }
  }

  return {
    run: async (id, intent, signal) => (await draft(id, intent, signal)).report,
    draft,
    plan: async (id, intent, ids, signal) => {
      const { target, bare } = await look(id, intent, signal)
      const findings = evaluate(bare)
      const asked = wrongOf(ids.length === 0 ? findings.filter(isFixedWithAll) : findings.filter(({ id: found }) => ids.includes(found)))
      const offered = stepsFor(bare, await texts(bare, asked, (path) => readText(target, bare, path, signal)), asked)
      const planned = await keepPresent(target, offered)
      if (planned.length === 0) throw new AppError('host-nothing-to-fix', { target: target.name })
      const restarts = planned.some(({ id: step }) => step === 'runtime-proxy')
      return hostChanges.offer({
        target: id,
        purpose: 'host-checks',
        facts: { checks: asked.join(', ') },
        steps: planned,
        warnings: [
          ...(planned.some(({ id: step }) => step === 'swap-off') ? [{ id: 'swap-off', facts: {} }] : []),
          ...(restarts ? [{ id: 'runtime-restart', facts: {} }] : []),
        ],
      })
    },
    compare: async (ids, signal) => {
      const looked = await Promise.all(
        ids.map(async (id) => {
          try {
            return { id, ...(await look(id, anyIntent, signal)) }
          } catch (error) {
            if (!(error instanceof AppError)) throw error
            return { id, error: errorShape(error) }
          }
        }),
      )
      const reached = looked.filter((one) => 'facts' in one)
      return {
        machines: reached.map((one) => {
          const others = reached.filter(({ id }) => id !== one.id).map(({ target, facts }) => ({ name: target.name, facts }))
          return { target: one.id, findings: evaluate({ ...one.bare, others }, identityIds) }
        }),
        unreached: looked.flatMap((one) => ('error' in one ? [{ target: one.id, error: one.error }] : [])),
      }
    },
  }
}

/** Runs the script there, as root where nobody has to be asked for it. */
async function collect(target: Target, { role, criSocket, etcd }: HostIntent, signal?: AbortSignal) {
  const rootWay = await target.rootWay()
  const before = Date.now()
  const result = await target.check({
    argv: ['sh', '-s', '--', criSocket ?? '', ...(etcd && role === 'control-plane' ? argumentsOf(etcd) : [])],
    input: collectScript,
    root: rootWay === 'direct' || rootWay === 'sudo',
    timeoutMs,
    quiet: true,
    maxOutputBytes: outputBytes,
    ...(signal === undefined ? {} : { signal }),
  })
  const facts = parseFacts(readSections(result.stdout))
  return { facts, rootWay, clockAheadSeconds: ahead(facts, before, Date.now()) }
}

const argumentsOf = ({ caFile, certFile, keyFile, endpoints }: HostEtcd): string[] => [
  ...[caFile, certFile, keyFile].map((file) => file ?? ''),
  ...endpoints.map((one) => one.replace(/\/+$/, '')),
]

/** Zero while it may have been any moment of the time that the look took. */
function ahead({ clock }: HostFacts, before: number, after: number): number {
  if (!clock.known) return 0
  if (clock.value < Math.floor(before / 1000)) return clock.value - before / 1000
  return clock.value > Math.ceil(after / 1000) ? clock.value - after / 1000 : 0
}

const wrongOf = (findings: readonly HostFinding[]): CheckId[] =>
  findings.flatMap(({ id, result }) => ((result === 'problem' || result === 'warning') && isCheckId(id) ? [id] : []))

function readText(target: Target, { rootWay }: Ground, path: string, signal?: AbortSignal): Promise<string | null> {
  return target.readFile(path, { root: rootWay === 'direct' || rootWay === 'sudo', ...(signal === undefined ? {} : { signal }) })
}

const withV = (version: string) => (version.startsWith('v') ? version : `v${version}`)
