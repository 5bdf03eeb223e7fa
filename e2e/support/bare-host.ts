import { resolve } from 'node:path'
import { execa } from 'execa'
import { made } from './cleanup.ts'
import type { Ground } from './ground.ts'
import { hostNetwork, testLabel } from './labels.ts'
import { accessWith, makeKey, type SshLogin } from './ssh-access.ts'

const hostImage = resolve(import.meta.dirname, '../real-cluster/host/up')

export type BareHost = {
  /** Container and host name, begins with `cove-host-`. */
  readonly name: string
  /** Target id of it as a container. */
  readonly target: string
  readonly address: string
  /** Runs a command in it as root, without Cove. Throws where it does not end with 0. */
  run(...argv: string[]): Promise<string>
  /** How it is reached through ssh; null where that was not asked for. */
  readonly ssh: SshAccess | null
  /** Removes it and what was made for it. */
  end(): Promise<void>
}

export type SshAccess = SshLogin & {
  /** Lets the test's key in as this user too, who is made where there is none. `sudo`: without a password. */
  allow(user: string, options: { readonly sudo: boolean }): Promise<void>
}

/**
 * A machine without a cluster, from the kit's node image (see e2e/real-cluster/README.md): systemd, containerd, kubeadm, and with `ssh` also
 * openssh-server and sudo. Resolves when systemd has started everything.
 */
export async function startBareHost(
  ground: Exclude<Ground, { kind: 'none' }>,
  options: { name: string; ssh?: boolean },
): Promise<BareHost> {
  const { name, ssh = false } = options
  if (!/^cove-host-[a-z0-9-]+$/.test(name)) throw new Error(`${name}: tests' hosts are named cove-host-…`)
  const run = async (...argv: string[]) => (await docker('exec', name, ...argv)).stdout
  return made(async (onEnd) => {
    await docker('rm', '--force', '--volumes', name)
    // It goes with the last host; whoever is still on it keeps it.
    onEnd(() => execa('docker', ['network', 'rm', hostNetwork], { reject: false }))
    onEnd(() => docker('rm', '--force', '--volumes', name))
    const machine = ['--privileged', '--cgroupns=private', '--tmpfs=/tmp', '--tmpfs=/run', '--volume=/var']
    const image = ssh ? (await execa(hostImage, { stdin: 'ignore', stderr: 'inherit' })).stdout : ground.nodeImage
    const named = [`--hostname=${name}`, `--name=${name}`, `--network=${hostNetwork}`, `--label=${testLabel}`]
    const start = async () => {
      await needNetwork()
      await docker('run', '--detach', ...machine, ...named, image)
    }
    // The last host of another run may take the network away in between.
    await start().catch(async () => {
      await docker('rm', '--force', '--volumes', name)
      await start()
    })
    await systemIsUp(name)
    const address = (await docker('inspect', '--format={{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name)).stdout
    return { name, target: `container:${name}`, address, run, ssh: ssh ? await openSsh(name, address, onEnd) : null }
  })
}

export async function needNetwork(): Promise<void> {
  if ((await docker('network', 'ls', '--quiet', `--filter=name=^${hostNetwork}$`)).stdout === '')
    await docker('network', 'create', '--driver=bridge', `--label=${testLabel}`, hostNetwork)
}

async function systemIsUp(name: string): Promise<void> {
  let said = ''
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((next) => setTimeout(next, 200))) {
    // `degraded`: a unit failed, as the kubelet does without a cluster.
    const { stdout, stderr } = await execa('docker', ['exec', name, 'systemctl', 'is-system-running', '--wait'], { reject: false })
    said = stdout || stderr
    if (/^(?:running|degraded)$/.test(stdout)) return
  }
  const { all } = await execa('docker', ['logs', '--tail=20', name], { all: true, reject: false })
  throw new Error(`systemd of ${name} did not come up: ${said}\n${all}`)
}

async function openSsh(name: string, address: string, onEnd: (undo: () => unknown) => void): Promise<SshAccess> {
  const key = await makeKey(onEnd)
  const allow = async (user: string, sudo: boolean) => {
    // Constant text; what is data comes as `$1`, `$2`.
    const script =
      'umask 077; id "$1" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$1"; cd ~root; [ "$1" = root ] || cd "/home/$1"; mkdir -p .ssh; cat > .ssh/authorized_keys; chown -R "$1" .ssh; if [ "$2" = yes ]; then echo "$1 ALL=(ALL) NOPASSWD: ALL" > "/etc/sudoers.d/$1"; fi'
    await execa('docker', ['exec', '--interactive', name, 'sh', '-ec', script, 'sh', user, sudo ? 'yes' : 'no'], {
      inputFile: `${key.file}.pub`,
    })
  }
  await allow('root', false)
  await docker('exec', name, 'sh', '-ec', 'ssh-keygen -A >/dev/null; systemctl start ssh')
  const hostKey = (await docker('exec', name, 'cat', '/etc/ssh/ssh_host_ed25519_key.pub')).stdout.split(' ').slice(0, 2).join(' ')
  return { ...(await accessWith(key, { name, address, hostKey })), allow: (user, { sudo }) => allow(user, sudo) }
}

async function docker(...args: string[]): Promise<{ readonly stdout: string }> {
  return execa('docker', args, { stdin: 'ignore' })
}
