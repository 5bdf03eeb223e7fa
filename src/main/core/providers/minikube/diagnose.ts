import { takenPort } from '../../engines/taken-port.ts'
import { AppError } from '../../error.ts'
import type { CommandResult } from '../../exec/types.ts'
import type { MinikubeFault } from './events.ts'

export type Blame = {
  readonly cluster: string
  /** Null: minikube chose, or the profile says it. */
  readonly driver: string | null
  readonly version: string | null
  /** Known meanings of the engine's own words (`engines.explain`). */
  readonly engine: (text: string) => AppError | null
}

/** Where it failed, not why: an earlier fault or the message says more. */
const general = /^(?:GUEST_(?:PROVISION|START|NODE_|STATUS)|K8S_INSTALL_FAILED|RUNTIME_|MK_)/

/**
 * The AppError behind a minikube that failed: known causes first, else `command-failed` with what it said. Pure.
 * `faults`: its events of type error, in order; most are remarks. Ids: https://github.com/kubernetes/minikube/blob/v1.36.0/pkg/minikube/reason/reason.go
 */
export function diagnose(result: CommandResult, faults: readonly MinikubeFault[], blame: Blame): AppError {
  const named = faults.filter((fault) => fault.name !== null)
  const last = named.findLast((fault) => fault.exitCode === result.exitCode) ?? named.at(-1)
  const specific =
    last === undefined || !general.test(last.name ?? '') ? last : (named.find((fault) => !general.test(fault.name ?? '')) ?? last)
  const known =
    (specific && causeOf(specific, blame)) ?? (last && causeOf(last, blame)) ?? textCause(`${last?.message ?? ''}\n${result.stderr}`, blame)
  if (known !== null && known !== undefined) return new AppError(known.code, known.facts, { commandId: result.id })
  const tail =
    last === undefined
      ? tailOf(result)
      : [last.message, last.advice]
          .filter((text) => text !== '')
          .join('\n')
          .slice(-4_000)
  const facts = { command: result.argv.join(' '), exitCode: result.exitCode, signal: result.signal, tail }
  return new AppError('command-failed', facts, { commandId: result.id })
}

/** Null: the id alone says nothing that a person can act on. */
function causeOf({ name, message, advice }: MinikubeFault, blame: Blame): AppError | null {
  const { cluster } = blame
  const id = name ?? ''
  const named = /[Tt]he "([a-z0-9-]+)" driver|[Tt]he driver '([a-z0-9-]+)'/.exec(message)
  const driver = named?.[1] ?? named?.[2] ?? /PROVIDER_([A-Z0-9]+)_/.exec(id)?.[1]?.toLowerCase() ?? blame.driver ?? ''
  const reason = firstLine(message) || advice
  switch (id) {
    case 'DRV_AS_ROOT':
      return new AppError('driver-as-root', { driver })
    case 'PROVIDER_DOCKER_NOT_RUNNING':
    case 'DRV_DOCKER_NOT_RUNNING':
      return blame.engine(message) ?? new AppError('engine-stopped', { endpoint: null })
    case 'PROVIDER_DOCKER_NEWGRP':
      return new AppError('engine-no-permission', { endpoint: null, user: null })
    case 'DRV_NEEDS_ROOT':
    case 'DRV_UNSUPPORTED':
    case 'DRV_UNSUPPORTED_OS':
    case 'DRV_UNSUPPORTED_PROFILE':
    case 'DRV_NOT_FOUND':
    case 'DRV_NOT_DETECTED':
    case 'DRV_NOT_HEALTHY':
    case 'GUEST_MISSING_CONNTRACK':
    case 'GUEST_MISSING_CRICTL':
    case 'NOT_FOUND_CRI_DOCKERD':
    case 'NOT_FOUND_CNI_PLUGINS':
      return new AppError('driver-unusable', { driver, reason })
    case 'GUEST_DRIVER_MISMATCH':
      return new AppError('driver-mismatch', { cluster, reason })
    case 'RSRC_INSUFFICIENT_CORES':
    case 'RSRC_DOCKER_CORES': {
      const available = /available cpus of (\d+)/.exec(message)
      const needed = /[Rr]equested cpu count (\d+)|at least (\d+)/.exec(message)
      return new AppError('cpu-too-few', { cpus: numberOf(available), needed: numberOf(needed) })
    }
    case 'RSRC_OVER_ALLOC_MEM':
    case 'RSRC_DOCKER_MEMORY':
      return new AppError('memory-too-small', { reason })
    case 'RSRC_DOCKER_STORAGE':
    case 'RSRC_INSUFFICIENT_STORAGE':
    case 'GUEST_PROVISION_NOSPACE':
      return new AppError('disk-full', { path: null })
    case 'K8S_OLD_UNSUPPORTED':
    case 'K8S_NEW_UNSUPPORTED':
    case 'K8S_DOWNGRADE_UNSUPPORTED':
    case 'MK_PATCH_NOT_FOUND':
      return new AppError('kubernetes-unsupported', {
        version: /v?(\d+\.\d+(?:\.\d+)?\S*) is not/.exec(message)?.[1] ?? blame.version,
        tool: 'minikube',
        reason,
      })
    case 'GUEST_CONFIG_CORRUPT':
    case 'GUEST_CP_CONFIG':
    case 'GUEST_DOES_NOT_EXIST':
    case 'GUEST_KIC_CP_PUBKEY':
    case 'GUEST_LOAD_HOST':
    case 'GUEST_NOT_FOUND':
    case 'DRV_CORRUPT':
    case 'HOST_CONFIG_LOAD':
      return new AppError('profile-damaged', { cluster, reason })
    case 'MK_RESERVED_PROFILE':
      return new AppError('name-reserved', { name: cluster, suggestion: null })
    case 'GUEST_PORT_IN_USE':
      return new AppError('port-taken', { port: takenPort(message), holder: null, free: null })
    case 'K8S_KUBELET_NOT_RUNNING':
      return new AppError('kubelet-unhealthy', { node: cluster, reason })
  }
  if (/^RSRC_.*MEMORY$|_OOM$/.test(id)) return new AppError('memory-too-small', { reason })
  if (/^PROVIDER_[A-Z0-9]+_(?:NOT_FOUND|ERROR|VERSION_EXIT)|^PROVIDER_|^PR_|^HOST_V(?:TX|IRT)_|^HOST_SVM_/.test(id))
    return blame.engine(message) ?? new AppError('driver-unusable', { driver, reason })
  if (id === 'MK_USAGE' && /alphanumeric/.test(message)) return new AppError('name-invalid', { name: cluster, suggestion: null })
  if (id.startsWith('INET_') || id === 'K8S_FAIL_CONNECT')
    return internetCause(message) ?? textCause(message, blame) ?? new AppError('download-unreachable', { url: urlOf(message), reason })
  return textCause(message, blame)
}

/** What could not be fetched. The node's image and the packed Kubernetes images have ways out of their own. */
function internetCause(message: string): AppError | null {
  const image = /Unable to find image '([^']+)'/.exec(message)?.[1] ?? /(\S*kicbase\S*)/.exec(message)?.[1]
  const reason = responseOf(message)
  if (image !== undefined) return new AppError('base-image-missing', { image, reason })
  if (/preload/i.test(message)) return new AppError('preload-missing', { version: /(v\d+\.\d+\.\d+)/.exec(message)?.[1] ?? null, reason })
  return null
}

function textCause(text: string, blame: Blame): AppError | null {
  const { cluster } = blame
  const image = /Unable to find image '([^']+)'/.exec(text)?.[1]
  if (image !== undefined) return new AppError('base-image-missing', { image, reason: responseOf(text) })
  const port = takenPort(text)
  if (port !== null) return new AppError('port-taken', { port, holder: null, free: null })
  if (/no space left on device/i.test(text)) return new AppError('disk-full', { path: null })
  if (/too many open files|inotify_init|max_user_(?:instances|watches)/i.test(text)) return new AppError('inotify-limit', {})
  // https://github.com/kubernetes/kubernetes/blob/v1.34.4/cmd/kubeadm/app/util/apiclient/wait.go
  const kubelet = /\[kubelet-check\] (The kubelet is not healthy[^\n]*|[^\n]*connection refused[^\n]*)/.exec(text)?.[1]
  if (kubelet !== undefined) return new AppError('kubelet-unhealthy', { node: cluster, reason: kubelet })
  const component = /\[control-plane-check\] ((kube-[a-z-]+) is not healthy[^\n]*)/.exec(text)
  if (component !== null)
    return new AppError('control-plane-unhealthy', { node: cluster, component: component[2] ?? '', reason: component[1] ?? '' })
  if (/kubeadm (?:init|join)/.test(text)) return new AppError('kubeadm-failed', { cluster })
  const engine = blame.engine(text)
  return engine !== null && engine.code !== 'engine-unknown' ? engine : null
}

/** The engine's answer, else the first line. */
function responseOf(text: string): string {
  return (/Error response from daemon: ([^\n]+)/.exec(text)?.[1] ?? firstLine(text)).slice(0, 500)
}

const urlOf = (text: string) => /"?(https?:\/\/[^\s"]+)"?/.exec(text)?.[1]?.replace(/[":]+$/, '') ?? ''
const firstLine = (text: string) => (text.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 500)

function numberOf(match: RegExpExecArray | null): number | null {
  const text = match?.slice(1).find((group) => group !== undefined)
  return text === undefined ? null : Number(text)
}

function tailOf({ stderr, stdout }: CommandResult): string {
  const lines = (stderr.trim() === '' ? stdout : stderr).split('\n').map((line) => line.trimEnd())
  return lines
    .filter((line) => line !== '')
    .slice(-8)
    .join('\n')
    .slice(-4_000)
}
