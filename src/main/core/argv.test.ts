import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdsImage, pullImage } from './clusters/image.ts'
import { endInContainer } from './engines/end-in-container.ts'
import { createEngines } from './engines/engines.ts'
import type { CommandResult, CommandSpec, Exec } from './exec/types.ts'
import { engineUsage } from './nodes/engine-usage.ts'
import { heldImages, removeHeldImage } from './providers/kind/held-images.ts'
import { createWorkloads } from './workloads/workloads.ts'

// A name can be an option: `-x` is a legal name of a kind cluster, and what docker prints of others' things may be anything.
// The builders of kind, minikube, kubeadm and ssh have tests of their own beside them.

/** Stands for the runner: keeps what it is given, and answers as docker and kubectl would that hold things of such names. */
function recorder(data: string) {
  const seen: (readonly string[])[] = []
  const image = JSON.stringify({ ID: data, Repository: 'kindest/node', Tag: 'v1', Size: '1GB', CreatedAt: '2026-01-01 00:00:00 +0000 UTC' })
  const answers: readonly (readonly [string, string])[] = [
    ['version ', JSON.stringify({ Client: { Context: data }, Server: { Version: '28.0.0', Os: 'linux', Arch: 'amd64', Components: [] } })],
    ['image ls', image],
    ['images ls', `${data} type sha256:${'0'.repeat(64)} 1 MiB linux/amd64 -\n`],
    ['--raw=/api', JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] })],
  ]
  const result = ({ file, args }: CommandSpec): CommandResult => {
    seen.push(args)
    const line = args.join(' ')
    const stdout = answers.find(([words]) => line.includes(words))?.[1] ?? ''
    return {
      id: 'c',
      argv: [file, ...args],
      exitCode: 0,
      signal: null,
      stdout,
      stderr: '',
      cancelled: false,
      timedOut: false,
      durationMs: 1,
      truncated: false,
      outputFile: null,
    }
  }
  const exec = {
    run: async (spec: CommandSpec) => result(spec),
    lines: (spec: CommandSpec) => Object.assign((async function* () {})(), { id: 'c', pid: 1, result: Promise.resolve(result(spec)) }),
    environment: async () => ({}),
  } as unknown as Exec
  const toolchain = { resolve: async (name: string) => ({ name, path: `/bin/${name}`, version: null, origin: 'path' }) as never }
  return { seen, exec, toolchain }
}

/** Entries that the data begins, where a program would still read options. */
const optionsOfData = (seen: readonly (readonly string[])[], data: string) =>
  seen.flatMap((args) => {
    const end = args.indexOf('--')
    return (end === -1 ? args : args.slice(0, end)).filter((entry) => entry.startsWith(data))
  })

const hostile = fc
  .tuple(fc.constantFrom('-', '--', '--rm=', '-v/:/host:', '--kubeconfig='), fc.string({ minLength: 1, maxLength: 12 }))
  .map(([start, rest]) => `${start}${rest.replaceAll(/[\s\0]/g, '_')}δ`)

const run = { jobId: 'job', signal: new AbortController().signal } as never

test('docker: no name, label, image or id of anything can be an option', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (data) => {
      const { seen, exec, toolchain } = recorder(data)
      const engines = createEngines({ exec, toolchain, env: {} })
      await engines.containers(data)
      await engines.images(data)
      await endInContainer(exec, '/bin/docker', data, data)
      await holdsImage('/bin/docker', data, exec, run)
      await pullImage({ exec, engines }, '/bin/docker', data, run, () => undefined)
      await engineUsage({ exec, engines }, [{ name: data, containerId: data }], new AbortController().signal)
      await heldImages({ exec, engines }, data)
      expect(await removeHeldImage({ exec, engines }, data, data, run)).toBe('removed')
      const commands = seen.map((args) => args.slice(0, 2).join(' '))
      for (const one of ['ps --all', 'image ls', 'image inspect', 'exec --', 'pull --', 'stats --no-stream'])
        expect([one, commands.some((command) => command === one)]).toEqual([one, true])
      expect(optionsOfData(seen, data)).toEqual([])
    }),
  )
})

test('kubectl: no context, file, namespace or pod can be an option', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (data) => {
      const { seen, exec, toolchain } = recorder(data)
      const workloads = createWorkloads({ exec, toolchain, kubeconfig: null, pace: { minMs: 1, maxMs: 1, wellAfterMs: 1 } })
      const ref = { file: data, name: data }
      await workloads.namespaces(ref)
      await workloads.nodes(ref)
      await workloads.pods({ ...ref, namespace: data })
      await workloads.containerRun(ref, data, data, data).catch(() => undefined)
      for await (const event of workloads.watchPods({ ...ref, namespace: data })) if (event.type === 'snapshot') break
      expect(seen.length).toBeGreaterThanOrEqual(5)
      expect(seen.every(([verb]) => verb === 'get')).toBe(true)
      expect(optionsOfData(seen, data)).toEqual([])
    }),
  )
})

test('the check itself sees an entry that data begins, before a `--` only', () => {
  expect(
    optionsOfData(
      [
        ['rm', '-xδ'],
        ['rm', '--', '-xδ'],
        ['rm', '--name=-xδ'],
        ['rm', '-xδ-worker'],
      ],
      '-xδ',
    ),
  ).toEqual(['-xδ', '-xδ-worker'])
})
