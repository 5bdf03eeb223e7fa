import { expect, test } from 'vitest'
import { pullProgress } from './image.ts'

test('how far a pull is, out of what docker says of each layer', () => {
  const layers = new Map<string, number>()
  const far = (line: string) => pullProgress(layers, line)
  expect(far('v1.37.0: Pulling from kindest/node')).toBeNull()
  expect(far('0123456789ab: Pulling fs layer')).toBe(0)
  expect(far('ba9876543210: Already exists')).toBe(0.5)
  expect(far('0123456789ab: Download complete')).toBe(0.85)
  expect(far('0123456789ab: Pull complete')).toBe(1)
  expect(far('Status: Downloaded newer image for kindest/node:v1.37.0')).toBeNull()
})
