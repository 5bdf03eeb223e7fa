import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createChanges } from '../changes.ts'
import { createExec } from '../exec/exec.ts'
import type { Exec } from '../exec/types.ts'
import { createEngines } from './engines.ts'

// The real docker client, whose words Cove reads, at sockets where no engine answers it.
const docker = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'docker'))
  .find((path) => existsSync(path))

describe.skipIf(docker === undefined || process.platform !== 'linux')('the real docker client (needs docker on Linux)', () => {
  let home = ''
  const running: Exec[] = []
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), '引擎 real-'))
  })
  afterEach(async () => {
    for (const exec of running.splice(0)) await exec.dispose()
    await rm(home, { recursive: true, force: true })
  })

  /** Cove's engines with that client, in an environment of their own. */
  function look(env: Record<string, string>, path = docker ?? '') {
    const all = { PATH: '/usr/bin:/bin', HOME: home, SHELL: '/bin/false', ...env }
    const exec = createExec({ dataDir: join(home, 'data'), env: all, homeDir: home, changes: createChanges() })
    running.push(exec)
    return createEngines({ exec, env: all, toolchain: { resolve: async (name) => ({ name, path, version: null, origin: 'path' }) } })
  }

  // Fault 14.
  test('no permission on the socket', async () => {
    const socket = join(home, 'd.sock')
    const server = createServer().listen(socket)
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    await chmod(socket, 0)
    await chmod(home, 0o755)
    // Root is refused nothing: there the client runs as somebody else.
    const other = join(home, 'docker')
    await writeFile(other, `#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups '${docker}' "$@"\n`, { mode: 0o755 })
    const engines = look({ DOCKER_HOST: `unix://${socket}` }, process.getuid?.() === 0 ? other : docker)
    expect(await engines.status()).toMatchObject({
      state: 'no-permission',
      endpoint: `unix://${socket}`,
      error: { code: 'engine-no-permission', facts: { endpoint: `unix://${socket}` } },
    })
    await expect(engines.containers('l')).rejects.toMatchObject({ code: 'engine-no-permission' })
  })

  test('a socket that is not there, or that nobody listens at', async () => {
    const socket = join(home, 'd.sock')
    const stopped = { state: 'stopped', endpoint: `unix://${socket}`, error: { code: 'engine-stopped' } }
    expect(await look({ DOCKER_HOST: `unix://${socket}` }).status()).toMatchObject(stopped)
    // As an engine that was killed leaves it.
    await execa(
      process.execPath,
      ['-e', `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`, socket],
      {
        reject: false,
      },
    )
    expect(existsSync(socket)).toBe(true)
    expect(await look({ DOCKER_HOST: `unix://${socket}` }).status()).toMatchObject(stopped)
  })

  test('a context that does not exist', async () => {
    expect(await look({ DOCKER_CONTEXT: 'none' }).status()).toMatchObject({
      state: 'wrong-context',
      context: 'none',
      error: { code: 'engine-wrong-context', facts: { context: 'none' } },
    })
  })
})
