import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { OnEnd } from './cleanup.ts'

export type SshLogin = {
  /** An `ssh` for `makeMachine({ programs: { ssh } })`: the system's, with this test's configuration, as that reads the home of the account and not HOME. */
  readonly program: string
  /** Host of that configuration, which logs in as root. Target id: `ssh:DESTINATION`. */
  readonly destination: string
  /** The configuration, to be added to. */
  readonly config: string
  readonly knownHosts: string
  /** The line of the known hosts that is right. */
  readonly hostKey: string
}

type Key = { readonly file: string; readonly public: string }

/** A key in a folder of its own, which goes at the end. */
export async function makeKey(onEnd: OnEnd, name = 'id_ed25519'): Promise<Key> {
  const folder = await mkdtemp(join(tmpdir(), 'cove ssh '))
  onEnd(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'cove-test', '-f', file])
  return { file, public: (await readFile(`${file}.pub`, 'utf8')).trim() }
}

/** What reaches a host with that key and nothing else, beside the key. `hostKey`: `ssh-ed25519 AAAA…`. */
export async function accessWith(
  { file: key }: Key,
  { name, address, hostKey }: { readonly name: string; readonly address: string; readonly hostKey: string },
): Promise<SshLogin> {
  const [config, knownHosts, program] = ['config', 'known_hosts', 'ssh'].map((file) => join(dirname(key), file)) as [string, string, string]
  await writeFile(knownHosts, `${address} ${hostKey}\n`)
  const settings = [
    `HostName ${address}`,
    'User root',
    `IdentityFile "${key}"`,
    'IdentitiesOnly yes',
    'HostKeyAlgorithms ssh-ed25519',
    `UserKnownHostsFile "${knownHosts}"`,
    'GlobalKnownHostsFile /dev/null',
  ]
  await writeFile(config, `Host ${name}\n${settings.map((line) => `  ${line}\n`).join('')}`, { mode: 0o600 })
  await writeFile(program, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`)
  await chmod(program, 0o755)
  return { program, destination: name, config, knownHosts, hostKey: `${address} ${hostKey}` }
}
