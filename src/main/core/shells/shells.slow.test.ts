import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ShellEvent } from '#shared/contract/nodes.ts'
import { createNodeGround, node, type NodeGround, until } from '../nodes/fixtures/node-ground.ts'
import { createShells, type Shells } from './shells.ts'

const where = { id: 'kind:shop:1', node: 'worker', rows: 24, cols: 80 }

describe.skipIf(process.platform !== 'linux')('shells in nodes that are folders (needs Linux: setsid, script and /proc)', () => {
  let ground: NodeGround
  let shells: Shells
  beforeEach(() => {
    ground = createNodeGround()
    ground.have(node('worker'), node('gone-1'), node('lb', { role: 'load-balancer', containerId: '' }))
    shells = createShells({ ...ground.deps, max: 3 })
  })
  afterEach(async () => {
    await shells.dispose()
    await ground.close()
  })

  /** A shell that is read to its end in the background. */
  async function open(over: Partial<typeof where> = {}) {
    const stop = new AbortController()
    const events = shells.open({ ...where, ...over }, stop.signal)
    const opened = (await events.next()).value as ShellEvent
    if (opened.type !== 'opened') throw new Error('not opened')
    const { shellId } = opened
    let seen = ''
    let last: ShellEvent | null = null
    const done = (async () => {
      for await (const event of events) {
        last = event
        if (event.type !== 'output') continue
        seen += event.data
        shells.taken(shellId, event.data.length)
      }
      return last
    })()
    done.catch(() => undefined)
    const shows = (text: string | RegExp) => until(() => (typeof text === 'string' ? seen.includes(text) : text.test(seen)))
    return { shellId, stop, done, shows, type: (text: string) => shells.write(shellId, text) }
  }

  test('what is typed runs in the node, on a terminal of the size that was said; exit ends it with its code', async () => {
    const shell = await open({ rows: 31, cols: 97 })
    await shell.type('echo $((40+2)) "$NODE" 你好; stty size; test -t 0 && echo on-a-terminal\n')
    await shell.shows('42 worker 你好')
    await shell.shows('31 97')
    await shell.shows(/^on-a-terminal/m)
    await shell.type('exit 7\n')
    expect(await shell.done).toEqual({ type: 'ended', exitCode: 7 })
    await until(() => ground.running().length === 0)
    await expect(shell.type('x')).rejects.toMatchObject({ code: 'not-found', facts: { what: 'shell' } })
  })

  test('the new size reaches what runs in it, also where that opened a terminal of its own', async () => {
    const shell = await open()
    await shell.type("script -qc 'sleep 60' /dev/null & echo rea''dy\n")
    await shell.shows('ready')
    await Promise.all([
      shells.resize(shell.shellId, { rows: 10, cols: 20 }),
      shells.resize(shell.shellId, { rows: 11, cols: 21 }),
      shells.resize(shell.shellId, { rows: 40, cols: 132 }),
    ])
    await shell.type('stty size\n')
    await shell.shows('40 132')
    // Of the three only the first and the last were told to the node.
    expect(ground.calls().filter((call) => / (11 21)$/.test(call))).toEqual([])
  })

  test('Ctrl+C and Ctrl+D mean what they mean in a terminal', async () => {
    const shell = await open()
    await shell.type("echo rea''dy; sleep 100; echo inter''rupted\n")
    await shell.shows('ready')
    await shell.type('\u0003')
    // A terminal forgets what was typed ahead of Ctrl+C.
    await shell.shows('^C')
    await shell.type('echo code $?\n')
    await shell.shows('code 130')
    await shell.type('\u0004')
    expect(await shell.done).toMatchObject({ type: 'ended' })
  })

  test.each(['close', 'abort', 'leave', 'dispose'])('%s ends everything that was started in it, what ignores it too', async (how) => {
    const shell = await open()
    await shell.type("(trap '' HUP TERM; sleep 300) & nohup setsid sleep 301 >/dev/null & sleep 302 & echo rea''dy\n")
    await shell.shows('ready')
    expect(ground.running().length).toBeGreaterThan(4)
    if (how === 'close') await shells.close(shell.shellId)
    else if (how === 'dispose') await shells.dispose()
    else shell.stop.abort()
    await shell.done
    await until(() => ground.running().length === 0)
  })

  test('a reader that leaves the loop ends the shell', async () => {
    const events = shells.open(where, new AbortController().signal)
    for await (const event of events) if (event.type === 'output') break
    await until(() => ground.running().length === 0)
  })

  test('a page that shows nothing makes the shell wait; the rest comes when it does', async () => {
    const events = shells.open(where, new AbortController().signal)
    const { shellId } = (await events.next()).value as { shellId: string }
    await shells.write(shellId, "yes 0123456789 | head -c 20000000; echo all''of''it\n")
    let ahead = 0
    let bytes = 0
    let last = ''
    let pending = events.next()
    const quiet = () => new Promise<'quiet'>((resolve) => setTimeout(resolve, 300, 'quiet'))
    for (;;) {
      const next = await Promise.race([pending, quiet()])
      if (next === 'quiet') {
        // Nothing comes any more: the shell waits for this page.
        expect(ahead).toBeGreaterThan(500_000)
        expect(ahead).toBeLessThan(700_000)
        break
      }
      if (next.done || next.value.type !== 'output') throw new Error('ended')
      ahead += next.value.data.length
      pending = events.next()
    }
    shells.taken(shellId, ahead)
    for (bytes = ahead; !last.includes('allofit'); pending = events.next()) {
      const { value } = await pending
      if (value?.type !== 'output') throw new Error('ended')
      bytes += value.data.length
      last = (last + value.data).slice(-100)
      shells.taken(shellId, value.data.length)
    }
    expect(bytes).toBeGreaterThan(20_000_000)
  })

  test('bytes that are no text do not break what follows', async () => {
    const shell = await open()
    await shell.type("printf 'a\\377b\\n'; printf '\\344\\275'; sleep 0.2; printf '\\240\\n'\n")
    await shell.shows('a\uFFFDb')
    await shell.shows('你')
  })

  test('only nodes that a provider lists, with a container, of a cluster that is there', async () => {
    const refused = (over: Partial<typeof where>) =>
      shells
        .open({ ...where, ...over }, new AbortController().signal)
        .next()
        .then(
          () => null,
          (error: unknown) => error,
        )
    expect(await refused({ node: 'other' })).toMatchObject({ code: 'not-found', facts: { what: 'node', name: 'other' } })
    expect(await refused({ node: '--privileged' })).toMatchObject({ code: 'not-found' })
    expect(await refused({ node: 'lb' })).toMatchObject({ code: 'not-found' })
    expect(await refused({ id: 'kind:shop:2' })).toMatchObject({ code: 'not-found', facts: { what: 'cluster' } })
    expect(ground.calls()).toEqual([])
    const gone = await open({ node: 'gone-1' })
    await expect(gone.done).rejects.toMatchObject({ code: 'not-found', facts: { what: 'node', name: 'gone-1' } })
  })

  test('a node without script says so', async () => {
    // The node's PATH has only what the test puts there.
    writeFileSync(join(ground.folder, 'tools', 'sh'), '#!/bin/sh\nPATH=/nowhere exec /bin/sh "$@"\n', { mode: 0o755 })
    const shell = await open()
    await expect(shell.done).rejects.toMatchObject({ code: 'shell-unavailable', facts: { node: 'worker', program: 'script' } })
    rmSync(join(ground.folder, 'tools', 'sh'))
  })

  test('no more shells than allowed; one that ended makes room', async () => {
    const all = await Promise.all([open(), open(), open()])
    await expect(open()).rejects.toMatchObject({ code: 'shells-too-many', facts: { max: 3 } })
    await all[0]?.type('exit\n')
    await all[0]?.done
    await open()
  })

  test('the journal names the command and holds nothing of what was typed', async () => {
    const shell = await open()
    await shell.type('echo s3cret\n')
    await shell.shows('s3cret')
    await shell.type('exit\n')
    await shell.done
    const journal = JSON.stringify(ground.deps.exec.commands({ limit: 50 }))
    expect(journal).toContain('--interactive')
    expect(journal).not.toContain('s3cret')
  })
})
