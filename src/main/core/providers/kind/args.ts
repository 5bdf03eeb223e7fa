import type { CreateSpec } from '#shared/contract/clusters.ts'

/** Arguments of kind. Values are always `--flag=value` or after `--`, so that no name can be an option: `-x` is a name kind accepts. */

/**
 * `--retain`: what a create that fails leaves is looked at for the cause before Cove removes it itself.
 * `config`: path of a configuration, null where flags say everything. `image`: null where the configuration says it.
 */
export function createArgs(input: { name: string; image: string | null; kubeconfig: string; config: string | null }): string[] {
  const config = input.config === null ? [] : [`--config=${input.config}`]
  const image = input.image === null ? [] : [`--image=${input.image}`]
  return ['create', 'cluster', `--name=${input.name}`, ...image, ...config, `--kubeconfig=${input.kubeconfig}`, '--retain=true']
}

/** `kubeconfig`: a file of Cove's own, so that kind does not edit the user's. */
export function deleteArgs(name: string, kubeconfig: string): string[] {
  return ['delete', 'cluster', `--name=${name}`, `--kubeconfig=${kubeconfig}`]
}

/** `kubeconfig`: a file of Cove's own, which is merged into the user's. */
export function exportKubeconfigArgs(name: string, kubeconfig: string): string[] {
  return ['export', 'kubeconfig', `--name=${name}`, `--kubeconfig=${kubeconfig}`]
}

export function exportLogsArgs(name: string, directory: string): string[] {
  return ['export', 'logs', `--name=${name}`, '--', directory]
}

/** Names kind gives its containers: `dev-control-plane`, `dev-control-plane2`, `dev-worker`, `dev-external-load-balancer`. */
export function nodeNames(spec: Pick<CreateSpec, 'name' | 'controlPlanes' | 'workers'>): string[] {
  const numbered = (role: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${spec.name}-${role}${index === 0 ? '' : index + 1}`)
  const balancer = spec.controlPlanes > 1 ? [`${spec.name}-external-load-balancer`] : []
  return [...numbered('control-plane', spec.controlPlanes), ...numbered('worker', spec.workers), ...balancer]
}
