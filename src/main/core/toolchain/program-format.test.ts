import { expect, test } from 'vitest'
import { formatProblem, programFormat, readFormat } from './program-format.ts'

function bytes(size: number, fill: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(size)
  fill(buffer)
  return buffer
}
const elf = (machine: number, little = true) =>
  bytes(64, (head) => {
    head.write('\x7fELF', 0, 'latin1')
    head[4] = 2
    head[5] = little ? 1 : 2
    if (little) head.writeUInt16LE(machine, 18)
    else head.writeUInt16BE(machine, 18)
  })
const pe = (machine: number) =>
  bytes(512, (head) => {
    head.write('MZ', 0, 'latin1')
    head.writeUInt32LE(128, 60)
    head.write('PE\0\0', 128, 'latin1')
    head.writeUInt16LE(machine, 132)
  })
const universal = (...types: number[]) =>
  bytes(512, (head) => {
    head.writeUInt32BE(0xcafebabe, 0)
    head.writeUInt32BE(types.length, 4)
    types.forEach((type, index) => head.writeUInt32BE(type, 8 + index * 20))
  })
const [intel, arm] = [0x01000007, 0x0100000c]

test.each<[string, Buffer, object]>([
  ['ELF amd64', elf(62), { kind: 'program', os: 'linux', machines: ['amd64'] }],
  ['ELF arm64', elf(183), { kind: 'program', os: 'linux', machines: ['arm64'] }],
  ['ELF s390x', elf(22, false), { kind: 'program', os: 'linux', machines: ['s390x'] }],
  ['ELF ppc64le', elf(21), { kind: 'program', os: 'linux', machines: ['ppc64le'] }],
  ['ELF of a machine nobody has', elf(999), { kind: 'program', os: 'linux', machines: [] }],
  ['PE amd64', pe(0x8664), { kind: 'program', os: 'windows', machines: ['amd64'] }],
  ['PE arm64', pe(0xaa64), { kind: 'program', os: 'windows', machines: ['arm64'] }],
  ['universal Mach-O', universal(intel, arm), { kind: 'program', os: 'darwin', machines: ['amd64', 'arm64'] }],
  ['cut universal Mach-O', universal(intel, arm).subarray(0, 30), { kind: 'program', os: 'darwin', machines: ['amd64'] }],
  ['a Java class', bytes(64, (head) => head.writeUInt32BE(0xcafebabe, 0) && head.writeUInt32BE(61, 4)), { kind: 'other' }],
  ['a script', Buffer.from('#!/bin/sh\n'), { kind: 'script' }],
  ['a page', Buffer.from('<!doctype html><html></html>'), { kind: 'other' }],
  ['nothing', Buffer.alloc(0), { kind: 'other' }],
])('%s', (_, head, expected) => {
  expect(programFormat(head)).toEqual(expected)
})

test('this very program is one that this machine runs, and others are not', async () => {
  const format = await readFormat(process.execPath)
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const os = process.platform === 'win32' ? 'windows' : process.platform
  expect(await formatProblem(format, os, arch)).toBeNull()
  expect(await formatProblem(programFormat(elf(22, false)), 'darwin', 'arm64')).toBe('wrong-architecture')
  expect(await formatProblem(programFormat(universal(arm)), 'darwin', 'amd64')).toBe('wrong-architecture')
  expect(await formatProblem(programFormat(universal(intel)), 'darwin', 'arm64')).toBeNull()
  expect(await formatProblem(programFormat(pe(0x8664)), 'windows', 'arm64')).toBeNull()
  expect(await formatProblem({ kind: 'script' }, 'windows', 'amd64')).toBe('not-a-program')
})
