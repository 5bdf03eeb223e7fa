import { expect, test } from 'vitest'
import { bestImage, needsCgroupV2, nodeImages } from './images.ts'

const image = (ref: string) => ({ id: 'sha256:1', ref, sizeBytes: 9, labels: {} })

test('what the engine holds comes first, newest first; the rest of the release follows with its digest', () => {
  const images = nodeImages([image('kindest/node:v1.33.4'), image('kindest/node:v1.34.4')], 'v0.33.0')
  expect(images.slice(0, 2).map((one) => [one.version, one.local])).toEqual([
    ['v1.34.4', true],
    ['v1.33.4', true],
  ])
  expect(images.slice(2).map((one) => one.version)).toEqual(['v1.37.0', 'v1.36.4', 'v1.35.8', 'v1.34.11'])
  expect(images[2]?.ref).toMatch(/^kindest\/node:v1\.37\.0@sha256:[0-9a-f]{64}$/)
})

test('an image that was pulled by digest has no tag and is known by it', () => {
  const digest =
    nodeImages([], 'v0.33.0')
      .find((one) => one.version === 'v1.36.4')
      ?.ref.split('@')[1] ?? ''
  const images = nodeImages([image('kindest/node:v1.34.4')], 'v0.33.0', new Set([digest]))
  expect(images.filter((one) => one.local).map((one) => one.version)).toEqual(['v1.36.4', 'v1.34.4'])
  expect(images.filter((one) => one.version === 'v1.36.4')).toHaveLength(1)
})

test('each kind release has its own images; an unknown one gets the nearest older', () => {
  expect(nodeImages([], 'v0.31.0')[0]?.version).toBe('v1.35.0')
  expect(nodeImages([], 'v0.31.5')[0]?.version).toBe('v1.35.0')
  expect(nodeImages([], 'v0.99.0')[0]?.version).toBe('v1.37.0')
  expect(nodeImages([], null)[0]?.version).toBe('v1.37.0')
})

test('on cgroup v1 the first image before 1.35', () => {
  const images = nodeImages([], 'v0.33.0')
  expect(bestImage(images, '2')?.version).toBe('v1.37.0')
  expect(bestImage(images, null)?.version).toBe('v1.37.0')
  expect(bestImage(images, '1')?.version).toBe('v1.34.11')
  expect(needsCgroupV2('v1.35.0-alpha.1', '1')).toBe(true)
  expect(needsCgroupV2('v1.34.11', '1')).toBe(false)
  expect(needsCgroupV2(null, '1')).toBe(false)
})
