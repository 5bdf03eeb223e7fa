import type { FindingAction } from '#shared/contract/findings.ts'
import type { ErrorCode } from '#shared/messages/error-facts.ts'

/** What can be done about a failure that is known by its code alone. */
export function actionOf(code: ErrorCode): FindingAction | null {
  if (code.startsWith('engine-')) return 'open-machine'
  if (code.startsWith('tool-')) return 'open-machine'
  if (code.startsWith('download-') || code === 'proxy-unsupported') return 'open-settings'
  switch (code) {
    case 'port-taken':
      return 'use-free-port'
    case 'name-taken':
      return 'use-free-name'
    case 'disk-full':
      return 'free-disk'
    case 'inotify-limit':
      return 'raise-inotify'
    case 'certificate-expired':
      return 'delete-cluster'
    case 'base-image-missing':
    case 'preload-missing':
    case 'registry-unreachable':
    case 'tls-untrusted':
    case 'proxy-in-the-way':
      return 'open-settings'
    case 'cpu-too-few':
    case 'memory-too-small':
    case 'driver-unusable':
    case 'driver-as-root':
      return 'change-specification'
    case 'image-not-found':
    case 'image-invalid':
    case 'kubernetes-needs-cgroup-v2':
      return 'choose-version'
    default:
      return null
  }
}
