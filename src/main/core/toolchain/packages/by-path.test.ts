import { expect, test } from 'vitest'
import { ownerByPath } from './by-path.ts'
import { updateCommands } from './update.ts'

test.each([
  ['/opt/homebrew/bin/kubectl', '/opt/homebrew/Cellar/kubernetes-cli/1.34.2/bin/kubectl', 'brew', 'kubernetes-cli', '1.34.2'],
  ['/home/linuxbrew/.linuxbrew/bin/kind', '/home/linuxbrew/.linuxbrew/Cellar/kind/0.30.0/bin/kind', 'brew', 'kind', '0.30.0'],
  ['/usr/local/bin/docker', '/usr/local/Caskroom/docker-desktop/4.50/x/docker', 'brew', 'docker-desktop', '4.50'],
  ['/snap/bin/kubectl', '/usr/bin/snap', 'snap', 'kubectl', null],
  ['/var/lib/snapd/snap/bin/helm', '/usr/bin/snap', 'snap', 'helm', null],
  ['/snap/bin/microk8s.kubectl', '/usr/bin/snap', 'snap', 'microk8s', null],
  ['/home/ann/bin/kubectl', '/snap/kubectl/3678/kubectl', 'snap', 'kubectl', null],
  [
    '/home/ann/.nix-profile/bin/kubectl',
    '/nix/store/0c1j2k3l4m5n6p7q8r9s0v1w2x3y4z5a-kubectl-1.34.2/bin/kubectl',
    'nix',
    'kubectl',
    '1.34.2',
  ],
  ['/home/ann/.asdf/shims/kind', '/home/ann/.asdf/shims/kind', 'asdf', 'kind', null],
  ['/home/ann/.asdf/installs/helm/3.19.0/bin/helm', '/home/ann/.asdf/installs/helm/3.19.0/bin/helm', 'asdf', 'helm', '3.19.0'],
  ['/home/ann/.local/share/mise/shims/kind', '/usr/bin/mise', 'mise', 'kind', null],
  ['/home/ann/go/bin/kind', '/home/ann/go/bin/kind', 'go', 'kind', null],
  ['/home/ann/.docker/bin/kubectl', '/Applications/Docker.app/Contents/Resources/bin/kubectl', 'bundle', 'Docker', null],
  ['/home/ann/.rd/bin/kubectl', '/home/ann/.rd/bin/kubectl', 'bundle', 'rd', null],
  [
    'C:\\Users\\Ann\\AppData\\Local\\Microsoft\\WinGet\\Links\\kubectl.exe',
    'C:\\Users\\Ann\\AppData\\Local\\Microsoft\\WinGet\\Packages\\Kubernetes.kubectl_Microsoft.Winget.Source_8wekyb3d8bbwe\\kubectl.exe',
    'winget',
    'Kubernetes.kubectl',
    null,
  ],
  ['C:\\ProgramData\\chocolatey\\bin\\kubectl.exe', 'C:\\ProgramData\\chocolatey\\bin\\kubectl.exe', 'choco', null, null],
  [
    'C:\\ProgramData\\chocolatey\\lib\\kubernetes-cli\\tools\\kubernetes\\client\\bin\\kubectl.exe',
    'C:\\ProgramData\\chocolatey\\lib\\kubernetes-cli\\tools\\kubernetes\\client\\bin\\kubectl.exe',
    'choco',
    'kubernetes-cli',
    null,
  ],
  ['C:\\Users\\Ann\\scoop\\shims\\kubectl.exe', 'C:\\Users\\Ann\\scoop\\shims\\kubectl.exe', 'scoop', 'kubectl', null],
  ['C:\\Users\\Ann\\scoop\\apps\\kind\\0.30.0\\kind.exe', 'C:\\Users\\Ann\\scoop\\apps\\kind\\0.30.0\\kind.exe', 'scoop', 'kind', '0.30.0'],
  [
    'C:\\Program Files\\Docker\\Docker\\resources\\bin\\kubectl.exe',
    'C:\\Program Files\\Docker\\Docker\\resources\\bin\\kubectl.exe',
    'bundle',
    'Docker',
    null,
  ],
])('%s', (path, real, manager, name, version) => expect(ownerByPath(path, real)).toEqual({ manager, name, version }))

test.each([['/usr/bin/kubectl'], ['/usr/local/bin/kubectl'], ['/home/ann/bin/kubectl'], ['/home/snap/bin2/kubectl']])(
  '%s says nothing of itself',
  (path) => expect(ownerByPath(path, path)).toBeNull(),
)

test('how each is updated; what is held is let go, and held again', () => {
  const of = (manager: Parameters<typeof updateCommands>[0]['manager'], name: string | null, held = false) =>
    updateCommands({ manager, name, held }, 'kubectl')
  expect(of('apt', 'kubectl', true)).toEqual([
    'sudo apt-get update',
    'sudo apt-mark unhold kubectl',
    'sudo apt-get install --only-upgrade kubectl',
    'sudo apt-mark hold kubectl',
  ])
  expect(of('apt', 'kubectl')).toEqual(['sudo apt-get update', 'sudo apt-get install --only-upgrade kubectl'])
  expect(of('brew', 'kubernetes-cli')).toEqual(['brew upgrade kubernetes-cli'])
  expect(of('snap', 'kubectl')).toEqual(['sudo snap refresh kubectl'])
  expect(of('winget', 'Kubernetes.kubectl')).toEqual(['winget upgrade --id Kubernetes.kubectl --exact'])
  expect(of('choco', 'kubernetes-cli')).toEqual(['choco upgrade kubernetes-cli'])
  expect(of('scoop', 'kubectl')).toEqual(['scoop update kubectl'])
  expect(updateCommands({ manager: 'rpm', name: 'kubectl', held: null }, 'kubectl', 'zypper')).toEqual(['sudo zypper update kubectl'])
  expect(updateCommands({ manager: 'go', name: 'kind', held: null }, 'kind')).toEqual(['go install sigs.k8s.io/kind@latest'])
  // A folder somebody named for a trap is no package.
  expect(of('brew', 'x; rm -rf ~')).toEqual([])
  expect(of('brew', null)).toEqual([])
})
