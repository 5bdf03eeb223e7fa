/**
 * The commands of kubeadm jobs as data: core runs them, the page shows the same to copy. Pure.
 * Flags: https://kubernetes.io/docs/reference/setup-tools/kubeadm/
 */
type Argv = readonly [string, ...string[]]

/** What names no check would turn into an option of kubeadm. */
const ignored = (checks: readonly string[]): string[] => (checks.length === 0 ? [] : [`--ignore-preflight-errors=${checks.join(',')}`])

export const adminConf = '/etc/kubernetes/admin.conf'
const admin = ['kubectl', `--kubeconfig=${adminConf}`] as const

export const kubeadmCommands = {
  preflight: (config: string | null, ignore: readonly string[]): Argv => [
    'kubeadm',
    'init',
    'phase',
    'preflight',
    ...(config === null ? [] : [`--config=${config}`]),
    ...ignored(ignore),
  ],
  joinPreflight: (config: string, ignore: readonly string[]): Argv => [
    'kubeadm',
    'join',
    'phase',
    'preflight',
    `--config=${config}`,
    ...ignored(ignore),
  ],
  pullImages: (config: string | null): Argv => ['kubeadm', 'config', 'images', 'pull', ...(config === null ? [] : [`--config=${config}`])],
  listImages: (config: string | null): Argv => ['kubeadm', 'config', 'images', 'list', ...(config === null ? [] : [`--config=${config}`])],
  init: (config: string | null, ignore: readonly string[]): Argv => [
    'kubeadm',
    'init',
    ...(config === null ? [] : [`--config=${config}`]),
    ...ignored(ignore),
  ],
  /** For people to copy. Core gives the same in a file: token and key are nobody else's to read. */
  join: (
    to: {
      readonly endpoint: string
      readonly token: string
      readonly hashes: readonly string[]
      readonly certificateKey: string | null
      readonly controlPlane: boolean
    },
    ignore: readonly string[],
  ): Argv => [
    'kubeadm',
    'join',
    to.endpoint,
    '--token',
    to.token,
    ...to.hashes.flatMap((hash) => ['--discovery-token-ca-cert-hash', hash]),
    ...(to.controlPlane ? ['--control-plane'] : []),
    ...(to.controlPlane && to.certificateKey !== null ? ['--certificate-key', to.certificateKey] : []),
    ...ignored(ignore),
  ],
  joinWith: (config: string, ignore: readonly string[]): Argv => ['kubeadm', 'join', `--config=${config}`, ...ignored(ignore)],
  /** `ttl` in hours; 0: it never expires. */
  createToken: (ttl: number, description: string): Argv => [
    'kubeadm',
    'token',
    'create',
    `--ttl=${ttl === 0 ? '0' : `${ttl}h`}`,
    ...(description === '' ? [] : [`--description=${description}`]),
  ],
  listTokens: (): Argv => ['kubeadm', 'token', 'list', '--output=json'],
  deleteToken: (id: string): Argv => ['kubeadm', 'token', 'delete', '--', id],
  /** kubeadm has no word for it: a token lives in a Secret, whose expiration is what counts. https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
  renewToken: (id: string, until: string): Argv => [
    ...admin,
    '--namespace=kube-system',
    'patch',
    'secret',
    `bootstrap-token-${id}`,
    '--type=merge',
    `--patch=${JSON.stringify({ stringData: { expiration: until } })}`,
  ],
  uploadCertificates: (config: string): Argv => ['kubeadm', 'init', 'phase', 'upload-certs', '--upload-certs', `--config=${config}`],
  certificates: (): Argv => ['kubeadm', 'certs', 'check-expiration', '--output=json'],
  renewCertificates: (): Argv => ['kubeadm', 'certs', 'renew', 'all'],
  applyManifest: (file: string): Argv => [...admin, 'apply', `--filename=${file}`],
  nodes: (): Argv => [...admin, 'get', 'nodes', '--output=json', '--request-timeout=5s'],
  drain: (node: string): Argv => [...admin, 'drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s'],
  uncordon: (node: string): Argv => [...admin, 'uncordon', node],
  forgetNode: (node: string): Argv => [...admin, 'delete', 'node', node, '--ignore-not-found', '--timeout=60s'],
  /** `version` null: to whatever there is. `json`: see https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-upgrade/#cmd-upgrade-plan */
  planUpgrade: (version: string | null, json: boolean, ignore: readonly string[]): Argv => [
    'kubeadm',
    'upgrade',
    'plan',
    ...(version === null ? [] : [version]),
    ...(json ? ['--output=json'] : []),
    ...ignored(ignore),
  ],
  applyUpgrade: (version: string, ignore: readonly string[]): Argv => ['kubeadm', 'upgrade', 'apply', '--yes', version, ...ignored(ignore)],
  upgradeNode: (ignore: readonly string[]): Argv => ['kubeadm', 'upgrade', 'node', ...ignored(ignore)],
  restartKubelet: (): Argv => ['systemctl', 'restart', 'kubelet'],
  /** `criSocket`: where a host has several, kubeadm must be told which. */
  reset: (criSocket: string | null = null): Argv => [
    'kubeadm',
    'reset',
    '--force',
    ...(criSocket === null ? [] : [`--cri-socket=${criSocket}`]),
  ],
} as const
