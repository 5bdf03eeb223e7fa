import { isIP } from 'node:net'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { AppError } from '../../error.ts'
import type { Provider } from '../../providers/provider.ts'

/** What is wrong with a spec by itself, whatever the machine. Pure. Empty: nothing. */
export function inputProblems(spec: CreateSpec, provider: Pick<Provider, 'checkName'>): AppError[] {
  const name = provider.checkName(spec.name, spec.controlPlanes, [])
  const image = spec.image !== null && !isImageReference(spec.image) ? new AppError('image-invalid', { image: spec.image }) : null
  const seen = new Set<string>()
  const ports = spec.ports.flatMap((port): AppError[] => {
    const key = `${port.protocol} ${port.hostPort}`
    const wrong = [port.hostPort, port.containerPort].find((number) => number < 1 || number > 65_535)
    if (wrong !== undefined) return [new AppError('port-invalid', { port: wrong })]
    if (seen.has(key)) return [new AppError('port-invalid', { port: port.hostPort })]
    seen.add(key)
    return isIP(port.listenAddress) === 0 ? [new AppError('bad-input', { field: 'ports.listenAddress' })] : []
  })
  return [...(name === null ? [] : [name]), ...(image === null ? [] : [image]), ...ports]
}

/** `[host[:port]/]path[:tag][@digest]`: https://github.com/distribution/reference/blob/main/reference.go */
export function isImageReference(text: string): boolean {
  const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
  const host =
    '(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?/'
  return text.length <= 512 && new RegExp(`^(?:${host})?${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`).test(text)
}
