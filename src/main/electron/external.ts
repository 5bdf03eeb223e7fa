const hosts: ReadonlySet<string> = new Set([
  'kubernetes.io',
  'kind.sigs.k8s.io',
  'minikube.sigs.k8s.io',
  'helm.sh',
  'github.com',
  'docs.docker.com',
  'www.docker.com',
  'docs.orbstack.dev',
  'orbstack.dev',
  'rancherdesktop.io',
  'podman.io',
  'podman-desktop.io',
  'containerd.io',
  'packages.debian.org',
  'packages.fedoraproject.org',
  'software.opensuse.org',
  'archlinux.org',
])

/** The address to hand to the operating system, or null: https on a known host, nothing else. `openExternal` starts programs by scheme. */
export function externalUrl(text: string): string | null {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return null
  }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') return null
  return hosts.has(url.hostname) ? url.href : null
}
