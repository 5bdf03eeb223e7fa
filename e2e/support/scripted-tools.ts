import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { type Machine, makeMachine } from './cove.ts'

const program = resolve(import.meta.dirname, '../../src/main/core/clusters/fixtures/tools.cjs')

export type ScriptedMachine = Machine & {
  /** What the scripted engine holds or does; see the program. */
  set(name: string, content?: string | Buffer, mode?: number): Promise<void>
  unset(name: string): Promise<void>
  /** The configuration that kind was given last. */
  config(): Promise<string>
}

/** A machine whose docker, kind and kubectl are one small script over a folder: no engine, no cluster, the same answers every time. `real`: programs that are not, by name. */
export async function makeScriptedMachine(real: Record<string, string> = {}): Promise<ScriptedMachine> {
  // A socket's path must be short, and the folder is what the script calls its engine.
  const state = await mkdtemp(join(tmpdir(), 'cove-fake-'))
  const machine = await makeMachine({
    programs: real,
    env: { COVE_FAKE: state, COVE_FAKE_NODE: process.execPath, COVE_FAKE_TOOLS: program, DOCKER_HOST: '' },
  })
  const bin = join(machine.home, 'programs')
  const keep = 'for word; do case "$word" in --config=*) cp "${word#--config=}" "$COVE_FAKE/config" ;; esac; done'
  for (const tool of ['docker', 'kind', 'kubectl'].filter((name) => real[name] === undefined))
    await writeFile(join(bin, tool), `#!/bin/sh\n${keep}\nexec "$COVE_FAKE_NODE" "$COVE_FAKE_TOOLS" ${tool} "$@"\n`, { mode: 0o755 })
  await writeFile(join(state, 'images'), 'kindest/node:v1.34.4\nkindest/node:v1.33.7\n')
  const socket = createServer((connection) => connection.destroy()).listen(join(state, 'd.sock'))
  await new Promise((ready) => socket.once('listening', ready))
  return {
    ...machine,
    set: async (name, content = '', mode = 0o644) => {
      await mkdir(dirname(join(state, name)), { recursive: true })
      await writeFile(join(state, name), content, { mode })
    },
    unset: (name) => rm(join(state, name), { force: true }),
    config: () => readFile(join(state, 'config'), 'utf8'),
    remove: async () => {
      socket.close()
      await machine.remove()
      await rm(state, { recursive: true, force: true })
    },
  }
}
