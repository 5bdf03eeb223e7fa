import { expect, test } from 'vitest'
import type { ShellEvent } from '#shared/contract/nodes.ts'
import { openShellLine, type ShellApi } from './shell-line.ts'

const where = { id: 'c', node: 'n', rows: 24, cols: 80 }

/** Core's side of one shell: what it sends is pushed, what it is told is written down. */
function core() {
  const told: [string, unknown][] = []
  const queue: (ShellEvent | Error | null)[] = []
  let wake = () => {}
  const push = (event: ShellEvent | Error | null) => {
    queue.push(event)
    wake()
  }
  let signal: AbortSignal | undefined
  const holds: (() => void)[] = []
  let hold = false
  const tell = (name: string) => async (input: unknown) => {
    told.push([name, input])
    if (hold && name === 'write') await new Promise<void>((resolve) => holds.push(resolve))
    return null
  }
  const api = {
    open: async (_where: unknown, options: { signal: AbortSignal }) => {
      signal = options.signal
      return (async function* () {
        for (;;) {
          const next = queue.shift()
          if (next === undefined) await new Promise<void>((resolve) => (wake = resolve))
          else if (next === null) return
          else if (next instanceof Error) throw next
          else yield next
        }
      })()
    },
    write: tell('write'),
    resize: tell('resize'),
    taken: tell('taken'),
    close: tell('close'),
  } as unknown as ShellApi
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5))
  return {
    api,
    told,
    push,
    settle,
    aborted: () => signal?.aborted,
    hold: (on: boolean) => (hold = on),
    release: () => holds.splice(0).forEach((go) => go()),
  }
}

test('what is typed before the shell is open comes when it is, and what is typed while a write is under way comes after it, in order', async () => {
  const { api, told, push, settle, hold, release } = core()
  const line = openShellLine(where, async () => {}, api)
  line.type('ab')
  await settle()
  expect(told).toEqual([])
  hold(true)
  push({ type: 'opened', shellId: 's' })
  await settle()
  line.type('c')
  line.type('d')
  await settle()
  expect(told).toEqual([['write', { shellId: 's', data: 'ab' }]])
  hold(false)
  release()
  await settle()
  expect(told.slice(1)).toEqual([['write', { shellId: 's', data: 'cd' }]])
  push({ type: 'ended', exitCode: 7 })
  expect(await line.ended).toEqual({ exitCode: 7 })
})

test('a size that comes before the shell is told when it is open, and when it prints first: only then has it a terminal in the node', async () => {
  const { api, told, push, settle } = core()
  const line = openShellLine(where, async () => {}, api)
  let opened = false
  void line.opened.then(() => (opened = true))
  line.resize({ rows: 10, cols: 40 })
  line.resize({ rows: 12, cols: 50 })
  await settle()
  expect([opened, told]).toEqual([false, []])
  push({ type: 'opened', shellId: 's' })
  await settle()
  const resized = ['resize', { shellId: 's', rows: 12, cols: 50 }]
  expect([opened, told]).toEqual([true, [resized]])
  push({ type: 'output', data: '$ ' })
  push({ type: 'output', data: 'ls' })
  await settle()
  expect(told).toEqual([resized, resized])
  line.close()
})

test('a large paste goes in pieces', async () => {
  const { api, told, push, settle } = core()
  const line = openShellLine(where, async () => {}, api)
  push({ type: 'opened', shellId: 's' })
  line.type('x'.repeat(150_000))
  await settle()
  expect(told.map(([, input]) => (input as { data: string }).data.length)).toEqual([60_000, 60_000, 30_000])
})

test('core is told what was shown, not what came', async () => {
  const { api, told, push, settle } = core()
  let shown = () => {}
  openShellLine(where, () => new Promise((resolve) => (shown = resolve)), api)
  push({ type: 'opened', shellId: 's' })
  push({ type: 'output', data: 'x'.repeat(70_000) })
  await settle()
  expect(told).toEqual([])
  shown()
  await settle()
  expect(told).toEqual([['taken', { shellId: 's', length: 70_000 }]])
})

test('a shell that is refused or lost says why; closed by the page it is closed in core', async () => {
  const lost = core()
  const line = openShellLine(where, async () => {}, lost.api)
  lost.push(new Error('connection lost'))
  await expect(line.ended).rejects.toThrow('connection lost')

  const { api, told, push, settle, aborted } = core()
  const closed = openShellLine(where, async () => {}, api)
  push({ type: 'opened', shellId: 's' })
  await settle()
  closed.close()
  expect(told).toEqual([['close', { shellId: 's' }]])
  expect(aborted()).toBe(true)
})
