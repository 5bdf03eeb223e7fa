import type { LogRequest } from '#shared/contract/logs.ts'

export type LogArgs = {
  readonly follow: boolean
  readonly previous: boolean
  /** RFC 3339; null: from the beginning. */
  readonly since: string | null
  /** Null: all lines. */
  readonly tail: number | null
}

/** argv of `kubectl logs` for one container. Data stays behind `=` or `--`. Pure. */
export function logArgs({ namespace, pod, container }: LogRequest, { follow, previous, since, tail }: LogArgs): string[] {
  return [
    'logs',
    ...(follow ? ['--follow'] : []),
    ...(previous ? ['--previous'] : []),
    '--timestamps',
    `--namespace=${namespace}`,
    `--container=${container}`,
    ...(tail === null ? [] : [`--tail=${tail}`]),
    ...(since === null ? [] : [`--since-time=${since}`]),
  ].concat('--', pod)
}
