import type { Engine } from '#shared/contract/toolchain.ts'

/**
 * Every advice there is; words for each live in locales. Commands are for people to copy: Cove runs none of them.
 *
 * install-docker-debian|fedora|arch|suse  the distribution's own package        install-docker-linux  another Linux: no command, the manual
 * install-docker-desktop  macOS, Windows  install-colima  macOS, without Docker Desktop
 * start-docker-systemd    Linux with systemd           start-docker-service  Linux with init scripts
 * start-docker-daemon     Linux with neither           start-docker-rootless the user's own engine
 * start-docker-desktop · start-colima · start-orbstack · start-rancher-desktop · start-podman-machine (macOS, Windows) · start-podman-socket (Linux)
 * enable-wsl-integration  WSL: Docker Desktop's setting, no command
 * join-docker-group       Linux: the user may not use the socket               log-in-again  after it; the second command does for one shell
 * join-docker-users-group Windows                      check-socket-owner    macOS, rootless: the socket belongs to another user
 * fix-context             the docker context does not exist or is no address   list-contexts which there are
 * unset-docker-host · unset-docker-context             a variable stands before the context chosen
 * check-docker-host       the engine is on another machine                      update-docker the CLI and the engine do not understand each other
 * read-engine-log         Linux with systemd, when nothing better is known
 */
export const adviceIds = [
  'install-docker-debian',
  'install-docker-fedora',
  'install-docker-arch',
  'install-docker-suse',
  'install-docker-linux',
  'install-docker-desktop',
  'install-colima',
  'start-docker-systemd',
  'start-docker-service',
  'start-docker-daemon',
  'start-docker-rootless',
  'start-docker-desktop',
  'start-colima',
  'start-orbstack',
  'start-rancher-desktop',
  'start-podman-machine',
  'start-podman-socket',
  'enable-wsl-integration',
  'join-docker-group',
  'log-in-again',
  'join-docker-users-group',
  'check-socket-owner',
  'fix-context',
  'list-contexts',
  'unset-docker-host',
  'unset-docker-context',
  'check-docker-host',
  'update-docker',
  'read-engine-log',
] as const
export type AdviceId = (typeof adviceIds)[number]
export type Advice = { readonly id: AdviceId; readonly commands: string[] }

/** What the machine offers, read once per answer. */
export type Surroundings = {
  readonly platform: NodeJS.Platform
  readonly user: string | null
  /** `ID` and `ID_LIKE` of /etc/os-release. */
  readonly distribution: readonly string[]
  readonly systemd: boolean
  /** An init script for docker. */
  readonly initScript: boolean
  /** The engine's own program is there, not only the CLI. */
  readonly dockerd: boolean
  readonly wsl: boolean
  readonly dockerHost: string | null
  readonly dockerContext: string | null
}

/** What to do on this machine about this state; first the likeliest. Pure. */
export function adviceFor(engine: Pick<Engine, 'state' | 'product' | 'endpoint' | 'context' | 'error'>, around: Surroundings): Advice[] {
  switch (engine.state) {
    case 'running':
    case 'loading':
      return []
    case 'absent':
      return install(around)
    case 'stopped':
      return stopped(engine, around)
    case 'no-permission':
      return noPermission(engine, around)
    case 'wrong-context':
      return [
        ...overrides(around),
        ...(around.dockerHost === null ? [advice('fix-context', 'docker context use default')] : []),
        advice('list-contexts', 'docker context ls'),
      ]
    case 'unknown':
      return [
        ...(/too (old|new)|API version/.test(String(engine.error?.facts['reason'])) ? [advice('update-docker')] : []),
        ...(isRemote(engine.endpoint) ? [advice('check-docker-host')] : []),
        ...overrides(around),
        ...(around.systemd ? [advice('read-engine-log', 'sudo journalctl --unit=docker --lines=50')] : []),
      ]
  }
}

const advice = (id: AdviceId, ...commands: string[]): Advice => ({ id, commands })

function install(around: Surroundings): Advice[] {
  if (around.platform === 'darwin') {
    return [
      advice('install-docker-desktop', 'brew install --cask docker'),
      advice('install-colima', 'brew install colima docker', 'colima start'),
    ]
  }
  if (around.platform === 'win32') return [advice('install-docker-desktop', 'winget install --exact --id Docker.DockerDesktop')]
  const is = (...names: string[]) => names.some((name) => around.distribution.includes(name))
  const wsl = around.wsl ? [advice('enable-wsl-integration')] : []
  if (is('debian', 'ubuntu')) return [...wsl, advice('install-docker-debian', 'sudo apt-get update', 'sudo apt-get install docker.io')]
  if (is('fedora')) return [...wsl, advice('install-docker-fedora', 'sudo dnf install moby-engine')]
  if (is('arch')) return [...wsl, advice('install-docker-arch', 'sudo pacman -S docker')]
  if (is('suse', 'opensuse')) return [...wsl, advice('install-docker-suse', 'sudo zypper install docker')]
  return [...wsl, advice('install-docker-linux')]
}

function stopped(engine: Pick<Engine, 'product' | 'endpoint' | 'context'>, around: Surroundings): Advice[] {
  const first = (...all: Advice[]) => [...all, ...overrides(around)]
  if (isRemote(engine.endpoint)) return first(advice('check-docker-host'))
  switch (engine.product) {
    case 'colima': {
      const profile =
        /\/\.colima\/([\w.-]+)\//.exec(engine.endpoint ?? '')?.[1] ?? /^colima-(.+)$/.exec(engine.context ?? '')?.[1] ?? 'default'
      return first(advice('start-colima', profile === 'default' ? 'colima start' : `colima start --profile=${profile}`))
    }
    case 'OrbStack':
      return first(advice('start-orbstack', 'orb start'))
    case 'Rancher Desktop':
      return first(advice('start-rancher-desktop', 'rdctl start'))
    case 'Podman':
      if (around.platform !== 'linux') return first(advice('start-podman-machine', 'podman machine start'))
      return first(
        advice(
          'start-podman-socket',
          /\/user\/\d+\//.test(engine.endpoint ?? '') ? 'systemctl --user start podman.socket' : 'sudo systemctl start podman.socket',
        ),
      )
    case 'Docker Desktop':
      return first(desktop(around))
  }
  if (around.platform !== 'linux') return first(desktop(around))
  if (/\/run\/user\/\d+\//.test(engine.endpoint ?? '')) return first(advice('start-docker-rootless', 'systemctl --user start docker'))
  if (!around.dockerd) return first(...install(around))
  if (around.systemd)
    return first(
      advice('start-docker-systemd', 'sudo systemctl start docker'),
      advice('read-engine-log', 'sudo journalctl --unit=docker --lines=50'),
    )
  if (around.initScript) return first(advice('start-docker-service', 'sudo service docker start'))
  return first(advice('start-docker-daemon', 'sudo dockerd'))
}

function desktop({ platform }: Surroundings): Advice {
  if (platform === 'darwin') return advice('start-docker-desktop', 'open -a Docker')
  return advice('start-docker-desktop', platform === 'win32' ? 'docker desktop start' : 'systemctl --user start docker-desktop')
}

function noPermission(engine: Pick<Engine, 'endpoint'>, around: Surroundings): Advice[] {
  const user = around.user ?? ''
  if (around.platform === 'win32')
    return [advice('join-docker-users-group', `net localgroup docker-users ${quoted(user)} /add`), advice('log-in-again')]
  const shared = /^(unix:\/\/)?(\/var)?\/run\/docker\.sock$/.test(engine.endpoint ?? '')
  if (around.platform !== 'linux' || !shared)
    return [advice('check-socket-owner', `ls -l ${quoted((engine.endpoint ?? '').replace(/^unix:\/\//, ''))}`), ...overrides(around)]
  return [
    advice('join-docker-group', `sudo usermod -aG docker ${quoted(user)}`),
    advice('log-in-again', 'newgrp docker'),
    ...overrides(around),
  ]
}

/** Variables that stand before the chosen context (https://docs.docker.com/engine/manage-resources/contexts/). */
function overrides({ platform, dockerHost, dockerContext }: Surroundings): Advice[] {
  const unset = (name: string) => (platform === 'win32' ? `Remove-Item Env:${name}` : `unset ${name}`)
  if (dockerHost !== null) return [advice('unset-docker-host', unset('DOCKER_HOST'))]
  return dockerContext === null ? [] : [advice('unset-docker-context', unset('DOCKER_CONTEXT'))]
}

const isRemote = (endpoint: string | null) => /^(tcp|ssh|https?):/.test(endpoint ?? '')
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
