import { expect, test } from 'vitest'
import { adviceFor, adviceIds, type Surroundings } from './advice.ts'
import { productOf } from './product.ts'

const debian: Surroundings = {
  platform: 'linux',
  user: 'alice',
  distribution: ['debian'],
  systemd: true,
  initScript: false,
  dockerd: true,
  wsl: false,
  dockerHost: null,
  dockerContext: null,
}
const mac: Surroundings = { ...debian, platform: 'darwin', distribution: [], systemd: false, dockerd: false }
const windows: Surroundings = { ...mac, platform: 'win32' }
const socket = 'unix:///var/run/docker.sock'

test.each([
  ['absent', null, socket, debian, ['install-docker-debian'], 'sudo apt-get install docker.io'],
  [
    'absent',
    null,
    null,
    { ...debian, distribution: ['linuxmint', 'ubuntu', 'debian'], wsl: true },
    ['enable-wsl-integration', 'install-docker-debian'],
    'sudo apt-get update',
  ],
  ['absent', null, null, { ...debian, distribution: ['fedora'] }, ['install-docker-fedora'], 'sudo dnf install moby-engine'],
  ['absent', null, null, { ...debian, distribution: ['nixos'] }, ['install-docker-linux'], undefined],
  ['absent', null, null, mac, ['install-docker-desktop', 'install-colima'], 'brew install --cask docker'],
  ['absent', null, null, windows, ['install-docker-desktop'], 'winget install --exact --id Docker.DockerDesktop'],
  ['stopped', 'Docker Engine', socket, debian, ['start-docker-systemd', 'read-engine-log'], 'sudo systemctl start docker'],
  [
    'stopped',
    'Docker Engine',
    socket,
    { ...debian, systemd: false, initScript: true },
    ['start-docker-service'],
    'sudo service docker start',
  ],
  ['stopped', 'Docker Engine', socket, { ...debian, systemd: false }, ['start-docker-daemon'], 'sudo dockerd'],
  ['stopped', 'Docker Engine', socket, { ...debian, dockerd: false }, ['install-docker-debian'], 'sudo apt-get install docker.io'],
  ['stopped', 'Docker Engine', 'unix:///run/user/1000/docker.sock', debian, ['start-docker-rootless'], 'systemctl --user start docker'],
  ['stopped', 'Docker Desktop', 'unix:///Users/a/.docker/run/docker.sock', mac, ['start-docker-desktop'], 'open -a Docker'],
  ['stopped', 'Docker Desktop', 'npipe:////./pipe/dockerDesktopLinuxEngine', windows, ['start-docker-desktop'], 'docker desktop start'],
  ['stopped', 'colima', 'unix:///Users/a/.colima/work/docker.sock', mac, ['start-colima'], 'colima start --profile=work'],
  ['stopped', 'OrbStack', 'unix:///Users/a/.orbstack/run/docker.sock', mac, ['start-orbstack'], 'orb start'],
  [
    'stopped',
    'Podman',
    'unix:///run/user/1000/podman/podman.sock',
    debian,
    ['start-podman-socket'],
    'systemctl --user start podman.socket',
  ],
  [
    'stopped',
    null,
    'tcp://10.0.0.9:2375',
    { ...debian, dockerHost: 'tcp://10.0.0.9:2375' },
    ['check-docker-host', 'unset-docker-host'],
    'unset DOCKER_HOST',
  ],
  ['no-permission', 'Docker Engine', socket, debian, ['join-docker-group', 'log-in-again'], 'sudo usermod -aG docker alice'],
  [
    'no-permission',
    'Docker Engine',
    socket,
    { ...debian, user: 'a; rm' },
    ['join-docker-group', 'log-in-again'],
    "sudo usermod -aG docker 'a; rm'",
  ],
  ['no-permission', 'Docker Desktop', null, windows, ['join-docker-users-group', 'log-in-again'], 'net localgroup docker-users alice /add'],
  [
    'no-permission',
    'Docker Desktop',
    'unix:///Users/b/.docker/run/docker.sock',
    mac,
    ['check-socket-owner'],
    'ls -l /Users/b/.docker/run/docker.sock',
  ],
  ['wrong-context', null, null, debian, ['fix-context', 'list-contexts'], 'docker context use default'],
  [
    'wrong-context',
    null,
    null,
    { ...debian, dockerContext: 'x' },
    ['unset-docker-context', 'fix-context', 'list-contexts'],
    'unset DOCKER_CONTEXT',
  ],
  ['wrong-context', null, null, { ...windows, dockerHost: 'x' }, ['unset-docker-host', 'list-contexts'], 'Remove-Item Env:DOCKER_HOST'],
  ['unknown', null, null, debian, ['read-engine-log'], 'sudo journalctl --unit=docker --lines=50'],
  ['running', 'Docker Engine', socket, debian, [], undefined],
] as const)('%s, %s at %s', (state, product, endpoint, around, ids, command) => {
  const advice = adviceFor({ state, product, endpoint, context: null, error: null }, around)
  expect(advice.map(({ id }) => id)).toEqual(ids)
  expect(adviceIds).toEqual(expect.arrayContaining([...ids]))
  if (command !== undefined) expect(advice.flatMap(({ commands }) => commands)).toContain(command)
})

test.each([
  ['Docker Engine', { context: 'default', endpoint: socket, version: '28.2.2', operatingSystem: 'Debian GNU/Linux 12 (bookworm)' }],
  ['Docker Engine', { context: 'rootless', endpoint: 'unix:///run/user/1000/docker.sock' }],
  ['Docker Desktop', { context: 'desktop-linux', endpoint: 'unix:///Users/a/.docker/run/docker.sock' }],
  ['Docker Desktop', { context: 'default', endpoint: socket, version: '28.0.1', platform: 'Docker Desktop 4.39.0 (184744)' }],
  ['OrbStack', { context: 'orbstack', endpoint: 'unix:///Users/a/.orbstack/run/docker.sock', version: '28.0.1' }],
  ['colima', { context: 'colima-work', endpoint: 'unix:///Users/a/.colima/work/docker.sock' }],
  ['Rancher Desktop', { context: 'rancher-desktop', endpoint: 'unix:///Users/a/.rd/docker.sock', version: '27' }],
  ['Podman', { context: 'default', endpoint: socket, version: '5.4.0', components: ['Podman Engine', 'Conmon'] }],
  ['Mirantis Container Runtime', { context: 'default', endpoint: socket, version: '23.0.9', platform: 'Mirantis Container Runtime' }],
  [null, { context: 'lab', endpoint: 'tcp://10.0.0.9:2376' }],
])('%s', (product, traces) => {
  expect(productOf(traces)).toBe(product)
})
