import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createChanges } from '../../changes.ts'
import { createExec } from '../../exec/exec.ts'
import type { Exec } from '../../exec/types.ts'
import { localTransport } from '../../targets/local.ts'
import { createMachine } from '../../targets/machine.ts'
import { kubeadmOf, kubeadmVersion } from './program.ts'

let home = ''
let exec: Exec
const machine = () => createMachine(exec, localTransport(exec, {}))

/** A kubeadm that is a few lines of shell. */
async function put(script: string): Promise<void> {
  await writeFile(join(home, 'kubeadm'), `#!/bin/sh\n${script}\n`)
  await chmod(join(home, 'kubeadm'), 0o755)
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cove-kubeadm-program-'))
  exec = createExec({ dataDir: home, env: { PATH: `${home}:/usr/bin:/bin`, SHELL: '/bin/false' }, homeDir: home, changes: createChanges() })
})
afterEach(async () => {
  await exec.dispose()
  await rm(home, { recursive: true, force: true })
})

test('a file is whole, nobody else can read it, and it is gone afterwards', async () => {
  await put(`if [ "$1" = version ]; then echo v1.34.4; exit; fi
f=\${3#--config=}
{ stat -c %a "$f" "$(dirname "$f")"; cat "$f"; } > ${home}/seen
echo "$f" > ${home}/file`)
  const kubeadm = await kubeadmOf(machine())
  const text = 'a: "第一台"\nb: $(id)\n'
  expect(await kubeadm.withFile(text, (file) => ['validate', `--config=${file}`])).toMatchObject({ exitCode: 0 })
  expect(await readFile(join(home, 'seen'), 'utf8')).toBe(`600\n700\n${text}`)
  await expect(stat((await readFile(join(home, 'file'), 'utf8')).trim())).rejects.toThrow('ENOENT')
})

test('a check that is given up leaves no file either', async () => {
  await put(`if [ "$1" = version ]; then echo v1.34.4; exit; fi
echo "\${3#--config=}" > ${home}/file
exec sleep 60`)
  const kubeadm = await kubeadmOf(machine())
  const stop = new AbortController()
  const asked = kubeadm.withFile('a: 1\n', (file) => ['validate', `--config=${file}`], stop.signal)
  await expect.poll(() => readFile(join(home, 'file'), 'utf8').catch(() => '')).toContain('/kubeadm.yaml')
  stop.abort()
  expect(await asked).toMatchObject({ cancelled: true })
  await expect(stat((await readFile(join(home, 'file'), 'utf8')).trim())).rejects.toThrow('ENOENT')
})

test('what is in a file and in what kubeadm says is in no journal on the disk', async () => {
  await put(`if [ "$1" = version ]; then echo v1.34.4; else echo 'token: secret.0123456789abcdef'; fi`)
  const kubeadm = await kubeadmOf(machine())
  const { stdout, outputFile } = await kubeadm.withFile('token: secret.0123456789abcdef\n', (file) => ['migrate', `--old-config=${file}`])
  expect([stdout, outputFile]).toEqual(['token: secret.0123456789abcdef\n', null])
})

test('no kubeadm is none; one that does not tell its version is said to be so', async () => {
  expect(await kubeadmVersion(machine())).toBe(null)
  await expect(kubeadmOf(machine())).rejects.toMatchObject({ code: 'tool-absent' })
  await put('echo what >&2; exit 3')
  await expect(kubeadmVersion(machine())).rejects.toMatchObject({ code: 'command-output-unreadable', facts: { reason: 'what' } })
})
