import { expect, test } from 'vitest'
import { during, endAll, made } from '../support/cleanup.ts'

test('what was made is undone once, the last step first, also where undoing one of them fails', async () => {
  const done: string[] = []
  const stage = await made(async (onEnd) => {
    onEnd(() => done.push('machine'))
    onEnd(() => {
      throw new Error('will not go')
    })
    onEnd(() => done.push('cove'))
    return { name: 'stage' }
  })
  expect(stage.name).toBe('stage')
  await expect(stage.end()).rejects.toThrow('will not go')
  await expect(stage.end()).rejects.toThrow('will not go')
  expect(done).toEqual(['cove', 'machine'])
})

test('a step in the middle that fails leaves nothing of those before it, and is the failure that is told', async () => {
  const done: string[] = []
  const broken = made(async (onEnd) => {
    onEnd(() => done.push('machine'))
    throw new Error('no address')
  })
  await expect(broken).rejects.toThrow('no address')
  await expect(
    during(async (onEnd) => {
      onEnd(() => done.push('cluster'))
      throw new Error('no lines')
    }),
  ).rejects.toThrow('no lines')
  expect(await during(async (onEnd) => (onEnd(() => done.push('after')), 7))).toBe(7)
  expect(done).toEqual(['machine', 'cluster', 'after'])
})

test('all that is open is ended at once, what was opened within something before that, and what comes too late as well', async () => {
  const done: string[] = []
  const waits = Promise.withResolvers<void>()
  const work = during(async (onEnd) => {
    onEnd(() => done.push('outer'))
    await made(async (later) => (later(() => done.push('inner')), {}))
    await waits.promise
    onEnd(() => done.push('late'))
  })
  await endAll()
  expect(done).toEqual(['inner', 'outer'])
  waits.resolve()
  await work
  expect(done).toEqual(['inner', 'outer', 'late'])
})
