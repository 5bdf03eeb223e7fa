import { randomUUID } from 'node:crypto'
import type { Runtimes } from '#shared/contract/runtimes.ts'
import { AppError } from '../error.ts'
import type { Target } from '../targets/types.ts'
import { runtimeFindings } from './findings.ts'
import { lookScript } from './look-script.ts'
import { type Parts, readParts } from './parts.ts'
import { readLook } from './read-look.ts'

/** Looks at a target once. Throws what the target throws, and `command-output-unreadable` where the script did not come to its end. */
export async function look(target: Target, signal?: AbortSignal): Promise<Runtimes> {
  const { os } = await target.look()
  if (os !== 'linux') return { target: target.id, asOf: Date.now(), supported: false, ...nothing }
  const read = readLook(await readTarget(target, signal))
  return { target: target.id, asOf: Date.now(), supported: true, ...read, findings: runtimeFindings(read) }
}

async function readTarget(target: Target, signal?: AbortSignal): Promise<Parts> {
  const mark = `@${randomUUID()}`
  // A window that asks for a password is for changes, not for a look.
  const way = await target.rootWay()
  const result = await target.run({
    argv: ['sh', '-c', lookScript, 'sh', mark],
    root: way === 'direct' || way === 'sudo',
    timeoutMs: 90_000,
    maxOutputBytes: 8 * 1024 * 1024,
    ...(signal === undefined ? {} : { signal }),
  })
  if (result.cancelled) throw new AppError('cancelled', {}, { commandId: result.id })
  const parts = result.truncated ? null : readParts(result.stdout, mark)
  if (parts !== null) return parts
  const reason = result.timedOut ? 'no answer within 90 s' : result.stderr.trim().slice(-300) || `exit code ${result.exitCode}`
  throw new AppError('command-output-unreadable', { command: `sh (${target.name})`, reason }, { commandId: result.id })
}

const nothing: Omit<Runtimes, 'target' | 'asOf' | 'supported'> = {
  asRoot: false,
  host: { init: null, cgroup: null, recommended: null },
  kubelet: {
    version: null,
    unit: { name: 'kubelet.service', state: 'unknown', enabled: null },
    configured: null,
    effective: null,
    from: null,
    endpoint: null,
    joined: false,
    controlPlane: false,
  },
  kubeadm: { version: null, sandboxImage: null, choice: 'unknown', sockets: [] },
  pods: null,
  runtimes: [],
  findings: [],
}
