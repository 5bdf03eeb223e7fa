import { hostname } from 'node:os'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { AppError } from '../error.ts'
import type { Evidence } from './evidence.ts'
import { keepEvidence } from './evidence-file.ts'
import { createGround } from './fixtures/ground.ts'
import { jobReport, type ReportDeps } from './report.ts'

const engine = {
  state: 'running',
  product: 'Docker Engine',
  version: '28.2.2',
  os: 'linux',
  arch: 'amd64',
  cgroupVersion: '2',
  cpus: 4,
  memoryBytes: 8e9,
  rootless: false,
} as ReturnType<ReportDeps['engine']>
const evidence = JSON.parse(readFileSync(new URL('fixtures/kubelet-flag.json', import.meta.url), 'utf8')) as Evidence

async function failedJob() {
  const ground = await createGround('kubelet-flag')
  onTestFinished(ground.dispose)
  const { id } = ground.jobs.start({
    kind: 'cluster.create',
    subject: 'dev',
    key: 'kind:dev',
    steps: [{ id: 'start-control-plane', usualMs: 10 }],
    run: async (job) => {
      job.enter('start-control-plane')
      await ground.exec.run({
        file: 'sh',
        args: ['-c', `echo 'in ${ground.dataDir} token=abcdef.0123456789abcdef' >&2; echo ${hostname()}; exit 3`],
        jobId: job.id,
      })
      throw new AppError('kubeadm-failed', { cluster: 'dev' })
    },
  })
  await ground.jobs.done(id)
  const report = () =>
    jobReport(
      {
        exec: ground.exec,
        job: ground.jobs.get,
        tools: () => [],
        engine: () => engine,
        dataDir: ground.dataDir,
        homeDir: ground.dataDir,
        version: '0.1.0',
        host: 'web',
      },
      id,
    )
  return { ...ground, id, report }
}

test('versions, steps, commands with exit codes and output, and what was read of the nodes', async () => {
  const { id, dataDir, report } = await failedJob()
  await keepEvidence(dataDir, id, evidence)
  const { name, text } = await report()
  expect(name).toMatch(/^cove-report-create-dev-\d{8}-\d{4}\.txt$/)
  for (const part of [
    'Cove report: cluster.create dev: failed',
    'error kubeadm-failed',
    'engine: running Docker Engine 28.2.2',
    'failed    start-control-plane',
    'failed, exit code 3',
    '== kubelet dx-control-plane',
    'unknown flag: --no-such-flag',
  ])
    expect(text).toContain(part)
})

test('nothing in it is secret or names this user or machine', async () => {
  const { id, dataDir, report } = await failedJob()
  const secret = 'client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQ=='
  await keepEvidence(dataDir, id, {
    ...evidence,
    texts: [
      { source: 'pod', name: 'x', text: `${secret}\n${dataDir}/x\n-----BEGIN CERTIFICATE-----\nMIIDITCC\n-----END CERTIFICATE-----` },
    ],
  })
  const { text } = await report()
  for (const bad of ['0123456789abcdef', 'LS0tLS1CRUdJTiBSU0Eg', 'MIIDITCC', dataDir]) expect(text).not.toContain(bad)
  if (hostname().length > 2) expect(text).not.toMatch(new RegExp(`\\n${hostname()}\\n`))
})

test('it holds at most 2 MB, and says what is left out', async () => {
  const { id, dataDir, report } = await failedJob()
  const line = 'a line of a journal that is long enough\n'
  await keepEvidence(dataDir, id, {
    ...evidence,
    texts: Array.from({ length: 60 }, (_, at) => ({ source: 'kubelet' as const, name: `node-${at}`, text: line.repeat(2_000) })),
  })
  const { text } = await report()
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_000_000)
  expect(text).toMatch(/\(\d+ parts left out/)
})

test('a job that is not known has none', async () => {
  const { exec, dataDir } = await failedJob()
  await expect(
    jobReport(
      { exec, job: () => undefined, tools: () => [], engine: () => engine, dataDir, homeDir: dataDir, version: '', host: 'web' },
      'nope',
    ),
  ).rejects.toMatchObject({ code: 'not-found' })
})
