import { expect, test } from 'vitest'
import type { CreateSpec } from '#shared/contract/clusters.ts'
import { checkName } from '../../providers/kind/names.ts'
import { inputProblems, isImageReference } from './input.ts'
import { specOf } from '../fixtures/spec.ts'

const spec: CreateSpec = specOf()
const port = (hostPort: number, over = {}) => ({
  hostPort,
  containerPort: 80,
  protocol: 'TCP' as const,
  listenAddress: '127.0.0.1',
  ...over,
})
const codes = (over: Partial<CreateSpec>) => inputProblems({ ...spec, ...over }, { checkName }).map((problem) => problem.code)

test('a spec without faults', () => {
  expect(codes({ image: 'kindest/node:v1.34.4', ports: [port(8080), port(8080, { protocol: 'UDP' })] })).toEqual([])
})

test('every fault of its own', () => {
  expect(codes({ name: '-x' })).toEqual(['name-leading-dash'])
  expect(codes({ ports: [port(0)] })).toEqual(['port-invalid'])
  expect(codes({ ports: [port(70_000)] })).toEqual(['port-invalid'])
  expect(codes({ ports: [port(80), port(80)] })).toEqual(['port-invalid'])
  expect(codes({ ports: [port(80, { listenAddress: '--publish' })] })).toEqual(['bad-input'])
  expect(codes({ image: '--privileged' })).toEqual(['image-invalid'])
})

test('image references', () => {
  for (const good of ['kindest/node:v1.34.4', 'node', 'localhost:5000/a/b:1', `kindest/node:v1@sha256:${'a'.repeat(64)}`, 'a__b/c.d-e'])
    expect(isImageReference(good)).toBe(true)
  for (const bad of ['', '-x', 'Node:1', 'a b', 'a:', 'a//b', 'a@sha256:12', `a:${'b'.repeat(200)}`])
    expect(isImageReference(bad)).toBe(false)
})
