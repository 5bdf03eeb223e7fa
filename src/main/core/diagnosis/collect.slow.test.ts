import { expect, onTestFinished, test } from 'vitest'
import { collectEvidence, type CollectOptions } from './collect.ts'
import { diagnose } from './diagnose.ts'
import { createGround } from './fixtures/ground.ts'

async function collect(recorded: string, env: Record<string, string> = {}, over: Partial<CollectOptions> = {}) {
  const ground = await createGround(recorded, { env })
  onTestFinished(ground.dispose)
  return {
    ground,
    evidence: await collectEvidence({
      exec: ground.exec,
      provider: 'kind',
      cluster: 'dx',
      image: 'kindest/node:v1.34.4',
      docker: ground.docker,
      local: true,
      nodes: ['dx-control-plane'],
      command: { argv: ['/opt/kind', 'create'], exitCode: 1, signal: null, text: 'ERROR: failed' },
      ...over,
    }),
  }
}

test('nodes, engine and machine are read side by side, and lead to the same cause again', async () => {
  const { evidence, ground } = await collect('kubelet-flag')
  expect(evidence.silent).toEqual([])
  expect(evidence.nodes).toMatchObject([
    { name: 'dx-control-plane', status: 'running', inside: { kubeletUnit: { NRestarts: '33' }, runtimeCgroupDriver: 'systemd' } },
  ])
  expect(evidence.engine).toMatchObject({
    cgroupVersion: '1',
    networks: [{ name: 'kind', bridge: 'br-aaaaaaaaaaaa', subnets: ['172.18.0.0/16'] }],
  })
  expect(evidence.host?.platform).toBe(process.platform)
  expect(new Set(evidence.texts.map((text) => text.source))).toEqual(
    new Set(
      ['command', 'kubelet', 'node-journal', 'engine', 'pod'].filter((source) => evidence.texts.some((text) => text.source === source)),
    ),
  )
  expect(diagnose(evidence)[0]).toMatchObject({
    cause: 'kubelet-unhealthy',
    facts: { reason: 'failed to parse kubelet flag: unknown flag: --no-such-flag' },
  })
  // Nothing that could change anything was run.
  for (const call of await ground.calls())
    expect(call).toMatch(/^(?:inspect|logs|exec -- \S+ (?:journalctl|sh -c)|info|network (?:ls|inspect)|events --since|system df)/)
})

test.each(['journal', 'files', 'pods', 'events', 'network', 'info', 'logs'])(
  'a source that does not answer is noted, and the others are there: %s',
  async (what) => {
    const { evidence } = await collect('kubelet-flag', { COVE_HANG: what }, { limits: { sourceMs: 1_000, totalMs: 8_000 } })
    expect(evidence.silent.length).toBeGreaterThan(0)
    expect(evidence.silent.map((one) => one.reason)).toContain('no answer in time')
    expect(evidence.nodes).toHaveLength(1)
    expect(evidence.texts.length).toBeGreaterThan(0)
  },
)

test('without nodes, without an engine and without docker there is still what the tool said', async () => {
  const { evidence } = await collect('kubelet-flag', {}, { docker: null })
  expect(evidence).toMatchObject({ nodes: [], engine: null, texts: [{ source: 'command', name: 'kind', text: 'ERROR: failed' }] })
  const { evidence: broken } = await collect('kubelet-flag', {}, { docker: '/nonexistent/docker' })
  expect(broken.silent.map((one) => one.source)).toEqual(expect.arrayContaining(['nodes', 'engine']))
})

test('a node that was told to end is looked at again once the engine has seen it end', async () => {
  const { evidence, ground } = await collect('node-killed', { COVE_LATE: 'yes' })
  expect(evidence.nodes).toMatchObject([{ status: 'exited', exitCode: 137 }])
  expect(diagnose(evidence)[0]).toMatchObject({ cause: 'node-killed', facts: { exitCode: 137 } })
  expect(evidence.texts.filter((text) => text.source === 'command')).toHaveLength(1)
  expect((await ground.calls()).filter((call) => call.startsWith('inspect'))).toHaveLength(2)
})

test('a flood is cut to its end', async () => {
  const { evidence } = await collect('kubelet-flag', { COVE_FLOOD: 'logs' })
  const log = evidence.texts.find((text) => text.source === 'node-journal')
  expect(log?.text.length).toBeLessThanOrEqual(60_000)
  expect(log?.text).toContain('the last line')
})

test('an abort ends it at once', async () => {
  const abort = new AbortController()
  const ground = await createGround('kubelet-flag', { env: { COVE_HANG: 'journal' } })
  onTestFinished(ground.dispose)
  const work = collectEvidence({
    exec: ground.exec,
    provider: 'kind',
    cluster: 'dx',
    image: null,
    docker: ground.docker,
    local: false,
    nodes: ['dx-control-plane'],
    signal: abort.signal,
  })
  setTimeout(() => abort.abort(), 500)
  const evidence = await work
  expect(evidence.host).toBeNull()
  expect(evidence.silent.map((one) => one.reason)).toContain('stopped')
})
