// What a local registry and mirrors are to the nodes of kind, said once for core, which writes it, and for the commands that the page shows.

/** https://kind.sigs.k8s.io/docs/user/local-registry/ */
export const registryImage = 'registry:2'

/** The file of a node that tells containerd how to reach a registry. It is read with each pull, so no node restarts. */
export const hostsFolder = (registry: string): string => `/etc/containerd/certs.d/${registry}`

/** Of a registry that is a container on the network of the nodes. */
export const registryHosts = (name: string): string => `[host."http://${name}:5000"]\n`

/** containerd's file for one registry: mirrors in their order, then the registry itself. https://github.com/containerd/containerd/blob/main/docs/hosts.md */
export function mirrorHosts(registry: string, endpoints: readonly string[]): string {
  const server = registry === 'docker.io' ? 'https://registry-1.docker.io' : `https://${registry}`
  const hosts = endpoints.map((endpoint) => `[host.${JSON.stringify(endpoint)}]\n  capabilities = ["pull", "resolve"]\n`)
  return `server = ${JSON.stringify(server)}\n\n${hosts.join('\n')}`
}

/** What tells tools in the cluster of the registry, as one manifest: https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry */
export const registryHosting = (port: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'local-registry-hosting', namespace: 'kube-public' },
    data: { 'localRegistryHosting.v1': `host: "localhost:${port}"\nhelp: "https://kind.sigs.k8s.io/docs/user/local-registry/"\n` },
  })
