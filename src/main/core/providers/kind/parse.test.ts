import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createSteps, parseProgress } from './parse.ts'

const started = (fixture: string) =>
  readFileSync(new URL(`fixtures/${fixture}`, import.meta.url), 'utf8')
    .split('\n')
    .flatMap((line) => parseProgress(line) ?? [])
    .filter((progress) => progress.state === 'started')
    .map((progress) => progress.step)

test.each([
  ['create-one-node.txt', { controlPlanes: 1, workers: 0 }],
  ['create-three-nodes.txt', { controlPlanes: 1, workers: 2 }],
  ['create-three-control-planes-0.32.txt', { controlPlanes: 3, workers: 1 }],
])('%s: the steps said beforehand are those that kind announces', (fixture, spec) => {
  const announced = started(fixture).filter((step) => step !== 'find-image' && step !== 'wait-control-plane')
  expect(announced).toEqual(createSteps(spec).map((step) => step.id))
  expect(started(fixture)[0]).toBe('find-image')
})

test('a phase that is over or failed says so, with and without the variation selector', () => {
  expect(parseProgress(' ✓ Ensuring node image (kindest/node:v1.37.0) 🖼\u{FE0F}')).toEqual({ step: 'find-image', state: 'done' })
  expect(parseProgress(' ✓ Ensuring node image (kindest/node:v1.37.0) 🖼')).toEqual({ step: 'find-image', state: 'done' })
  expect(parseProgress(' ✗ Starting control-plane 🕹️')).toEqual({ step: 'start-control-plane', state: 'failed' })
  expect(parseProgress(' • Waiting ≤ 5m0s for control-plane = Ready ⏳  ...')).toEqual({ step: 'wait-control-plane', state: 'started' })
})

test('other lines say nothing', () => {
  for (const line of [
    '',
    'Creating cluster "Preparing nodes" ...',
    ' • Ready after 31s 💚',
    'ERROR: Preparing nodes',
    ' • WARNING: Timed out waiting for Ready ⚠️',
  ])
    expect(parseProgress(line)).toBeNull()
})
