import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { execa } from 'execa'
import { needNetwork } from './bare-host.ts'
import { made } from './cleanup.ts'
import type { Ground } from './ground.ts'
import { hostNetwork, testLabel } from './labels.ts'
import { accessWith, makeKey, type SshLogin } from './ssh-access.ts'

const built = resolve(import.meta.dirname, '../real-cluster/machine/up')

export type OwnMachine = {
  readonly name: string
  /** Target id of it: it is reached through ssh alone. */
  readonly target: string
  /** Of the machine that the tests run on, as it sees it. */
  readonly gateway: string
  readonly ssh: SshLogin
  /** Runs a script in it as root, without Cove; `$1` and so on are `args`, without blanks. Throws where it does not end with 0. */
  run(script: string, ...args: string[]): Promise<string>
  end(): Promise<void>
}

/** A Debian with a kernel of its own (e2e/real-cluster/machine), without what a node needs. Resolves when it lets ssh in. */
export function startOwnMachine(ground: Extract<Ground, { kind: 'kit' | 'engine' }>, name: string): Promise<OwnMachine> {
  return made(async (onEnd) => {
    const folder = (await execa(built, { stdin: 'ignore', stderr: 'inherit' })).stdout
    const key = await makeKey(onEnd)
    const hostKey = await makeKey(onEnd)
    await docker('rm', '--force', '--volumes', name)
    onEnd(() => docker('network', 'rm', hostNetwork).catch(() => null))
    onEnd(() => docker('rm', '--force', '--volumes', name))
    await needNetwork()
    // docker takes what is named without a value from its own environment: in its arguments everybody on this machine could read the key.
    const env = { AUTHORIZED_KEY: key.public, HOST_KEY: (await readFile(hostKey.file, 'utf8')).trim() }
    const given = Object.keys(env).map((each) => `--env=${each}`)
    const place = ['--privileged', '--tmpfs=/tmp:exec,size=1g', `--volume=${folder}:/machine:ro`, `--network=${hostNetwork}`]
    const named = [`--hostname=${name}`, `--name=${name}`, `--label=${testLabel}`, '--entrypoint=/machine/start']
    await execa('docker', ['run', '--detach', ...place, ...named, ...given, ground.nodeImage], { stdin: 'ignore', env })
    const of = (field: string) =>
      docker('inspect', `--format={{range .NetworkSettings.Networks}}{{.${field}}}{{end}}`, name).then(({ stdout }) => stdout)
    const [address, gateway] = await Promise.all([of('IPAddress'), of('Gateway')])
    const ssh = await accessWith(key, { name, address, hostKey: hostKey.public.split(' ').slice(0, 2).join(' ') })
    const asked = (input: string, args: readonly string[] = []) =>
      execa(ssh.program, [name, 'sh', '-es', '--', ...args], { input, timeout: 60_000 })
    await letsIn(name, () => asked('test -e /run/systemd/system'))
    return {
      name,
      target: `ssh:${name}`,
      gateway,
      ssh,
      run: async (script: string, ...args: string[]) => (await asked(script, args)).stdout,
    }
  })
}

async function letsIn(name: string, ask: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + 90_000; ; await new Promise((next) => setTimeout(next, 300))) {
    try {
      await ask()
      return
    } catch (error) {
      if (Date.now() < end) continue
      const { all } = await execa('docker', ['logs', '--tail=20', name], { all: true, reject: false })
      throw new Error(`${name} did not come up:\n${all}`, { cause: error })
    }
  }
}

async function docker(...args: string[]): Promise<{ readonly stdout: string }> {
  return execa('docker', args, { stdin: 'ignore' })
}
