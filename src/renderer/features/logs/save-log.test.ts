// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogSaveEvent } from '#shared/contract/logs.ts'
import { ConnectionLost } from '../../fixtures/fake-api.ts'
import { toShape } from '../shell/error-words.ts'
import { fileName, saveLog } from './save-log.ts'

const world = vi.hoisted(() => ({ api: {} as Record<string, unknown> }))
vi.mock('../../api/client.ts', async () => ({
  ...(await import('../../fixtures/fake-api.ts')),
  api: { logs: world.api },
}))

const wish = { what: 'all', format: 'text', prefix: false, gzip: false } as const
let followed: { readonly path: string; readonly download: string }[]
let starts: unknown[]
/** Core, which says this of a save. */
const says = (events: () => AsyncGenerator<LogSaveEvent, void>) => {
  world.api['save'] = async (input: unknown) => {
    starts.push(input)
    return events()
  }
}
beforeEach(() => {
  followed = []
  starts = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    followed.push({ path: new URL(this.href).pathname, download: this.download })
  })
})
afterEach(() => void vi.restoreAllMocks())

test('core is told what is wished, the browser is led to the file once, and it is told how far it is', async () => {
  says(async function* () {
    yield { type: 'offered', path: '/save/s1' }
    yield { type: 'read', bytes: 0 }
    yield { type: 'read', bytes: 1200 }
  })
  const told: number[] = []
  await saveLog('v', 'web.log', wish, new AbortController().signal, (bytes) => told.push(bytes))
  expect(starts).toEqual([{ viewId: 'v', ...wish, name: 'web.log' }])
  expect(followed).toEqual([{ path: '/save/s1', download: 'web.log' }])
  expect(told).toEqual([0, 1200])
})

test('cancelled it is not saved, however core ends it', async () => {
  const stop = new AbortController()
  says(async function* () {
    yield { type: 'offered', path: '/save/s1' }
    stop.abort(new Error('enough'))
  })
  await expect(saveLog('v', 'web.log', wish, stop.signal, () => {})).rejects.toThrow('enough')
})

test('a lost connection ends it, is said as that, and nothing is begun anew', async () => {
  says(async function* () {
    yield { type: 'offered', path: '/save/s1' }
    throw new ConnectionLost('lost')
  })
  const failure = await saveLog('v', 'web.log', wish, new AbortController().signal, () => {}).catch(toShape)
  expect(failure).toEqual({ code: 'connection-lost', facts: {}, commandId: null })
  expect(starts).toHaveLength(1)
  expect(followed).toHaveLength(1)
})

test('a name that every file system takes', () => {
  const at = new Date('2026-09-14T14:08:21.207Z')
  expect(fileName('web, 一号 in shop', wish, at)).toBe('web-一号-in-shop_20260914T140821Z.log')
  expect(fileName('../../etc', { ...wish, format: 'jsonl', gzip: true }, at)).toBe('etc_20260914T140821Z.jsonl.gz')
  expect(fileName('…', wish, at)).toBe('log_20260914T140821Z.log')
  // No half of a letter at the end.
  expect(fileName(`${'x'.repeat(99)}𠀀`, wish, at)).toBe(`${'x'.repeat(99)}_20260914T140821Z.log`)
})
