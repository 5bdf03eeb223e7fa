import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  parseContainers,
  parseEndpoint,
  parseImageDetails,
  parseImages,
  parseInfo,
  parseLabels,
  parsePorts,
  parseVersion,
} from './parse.ts'

const real = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

test('version: the server where one answers, null where none does or it is no JSON', () => {
  expect(parseVersion(real('version-engine-20.10.json'))).toMatchObject({
    context: 'default',
    server: { version: '20.10.24+dfsg1', os: 'linux', arch: 'amd64', components: ['Engine', 'containerd', 'within', 'docker-init'] },
  })
  expect(parseVersion('{"Client":{"Version":"28.2.2","Context":"default"},"Server":null}')).toEqual({ context: 'default', server: null })
  expect(parseVersion('{"Client":{"Ver')).toBeNull()
  expect(parseVersion('docker 3')).toBeNull()
})

test('info: what a create needs to know; the object of zero values of an engine that is down is no answer', () => {
  expect(parseInfo(real('info-engine-20.10.json'))).toEqual({
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    name: 'vm',
    cpus: 2,
    memoryBytes: 25_276_502_016,
    cgroupVersion: '1',
    rootless: false,
  })
  expect(
    parseInfo('{"ServerVersion":"28.1.0","CgroupVersion":"2","SecurityOptions":["name=seccomp,profile=default","name=rootless"]}'),
  ).toMatchObject({ cgroupVersion: '2', rootless: true, cpus: null })
  expect(parseInfo('{"ID":"","NCPU":0,"ServerVersion":"","ServerErrors":["Cannot connect"]}')).toBeNull()
})

test('endpoint of the context in use', () => {
  expect(parseEndpoint(real('context-inspect.json'))).toBe('unix:///var/run/docker.sock')
  expect(parseEndpoint('')).toBeNull()
})

test('containers: states, exit code, time, published ports', () => {
  const containers = parseContainers(real('ps.jsonl'))
  expect(containers?.map(({ name, state, exitCode }) => [name, state, exitCode])).toEqual([
    ['engines-c', 'created', null],
    ['engines-b', 'exited', 1],
    ['engines-a', 'running', null],
  ])
  expect(containers?.[2]).toMatchObject({
    image: 'cove.test/sample:1',
    createdAt: Date.parse('2026-11-24T03:49:44Z'),
    labels: { 'cove.test/engines': 'a,b', other: '1' },
    ports: [
      { hostIp: '0.0.0.0', hostPort: 18080, containerPort: 80, protocol: 'udp' },
      { hostIp: '::', hostPort: 18080, containerPort: 80, protocol: 'udp' },
      { hostIp: '0.0.0.0', hostPort: 18081, containerPort: 81, protocol: 'udp' },
      { hostIp: '::', hostPort: 18081, containerPort: 81, protocol: 'udp' },
      { hostIp: '127.0.0.1', hostPort: 32768, containerPort: 6443, protocol: 'tcp' },
    ],
  })
  expect(parseContainers('')).toEqual([])
})

test.each(['not JSON', '{"ID":"1","Names":"a"}\n{"ID":"2","Na', '[]', '{"Names":"a"}'])(
  'containers: %s is unknown, not empty',
  (output) => {
    expect(parseContainers(output)).toBeNull()
  },
)

test('ports: ranges one by one, both notations of IPv6, those that are not published left out', () => {
  expect(
    parsePorts('127.0.0.1:43117->6443/tcp, :::80->8080/tcp, 9153/tcp').map((port) => [port.hostIp, port.hostPort, port.containerPort]),
  ).toEqual([
    ['127.0.0.1', 43117, 6443],
    ['::', 80, 8080],
  ])
  expect(parsePorts('0.0.0.0:30000-30002->30000-30002/udp')).toHaveLength(3)
  expect(parsePorts('')).toEqual([])
})

test('labels: a comma in a value is taken back where it can be told', () => {
  expect(parseLabels('io.x-k8s.kind.cluster=shop,io.x-k8s.kind.role=worker,empty=')).toEqual({
    'io.x-k8s.kind.cluster': 'shop',
    'io.x-k8s.kind.role': 'worker',
    empty: '',
  })
  expect(parseLabels('a=1,2,b=x=y')).toEqual({ a: '1,2', b: 'x=y' })
  expect(parseLabels('')).toEqual({})
})

test('images: without those that have no name; bytes and labels from inspect', () => {
  const unnamed =
    '{"ID":"sha256:1","Repository":"kindest/node","Tag":"<none>","Size":"1.2GB"}\n{"ID":"sha256:2","Repository":"<none>","Tag":"<none>","Size":"1kB"}'
  expect(parseImages(`${real('image-ls.jsonl')}${unnamed}`)).toEqual([
    {
      id: 'sha256:4d6315ee64818bafea4a7acddfe255945dc8e1be67a58a970aa587e9b261bfe1',
      ref: 'kindest/node:v1.34.4',
      sizeBytes: 684_000_000,
      labels: {},
    },
  ])
  expect(parseImages('{')).toBeNull()
  const [details] = parseImageDetails(real('image-inspect.jsonl')).values()
  expect(details?.sizeBytes).toBe(683_749_969)
  expect(details?.labels).toEqual(expect.objectContaining({ 'cove.stamp': expect.any(String) }))
})
