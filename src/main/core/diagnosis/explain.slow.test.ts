import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import type { Job } from '#shared/contract/jobs.ts'
import { AppError } from '../error.ts'
import type { JobDefinition } from '../jobs/types.ts'
import { readEvidence } from './evidence-file.ts'
import { explainJob } from './explain.ts'
import { createGround } from './fixtures/ground.ts'

async function ground(recorded: string, options: Parameters<typeof createGround>[1] = {}) {
  const made = await createGround(recorded, options)
  onTestFinished(made.dispose)
  const explain = explainJob(made, () => ({ provider: 'kind', cluster: 'dx', image: 'kindest/node:v1.34.4', nodes: ['dx-control-plane'] }))
  const start = (over: Partial<JobDefinition> & Pick<JobDefinition, 'run'>): Job =>
    made.jobs.start({
      kind: 'cluster.create',
      subject: 'dx',
      key: 'kind:dx',
      steps: [{ id: 'start-control-plane', usualMs: 10 }],
      explain,
      ...over,
    })
  return { ...made, start }
}
const fails = (error: unknown) => (job: Parameters<JobDefinition['run']>[0]) =>
  job.step('start-control-plane', async () => {
    throw error
  })

test('a general failure ends with the cause that is sure, found before the clean-up', async () => {
  const { start, jobs, dataDir, calls } = await ground('kubelet-flag')
  let seen: string[] = []
  const { id } = start({
    run: fails(new AppError('kubeadm-failed', { cluster: 'dx' })),
    cleanUp: async () => {
      seen = await calls()
      return []
    },
  })
  const job = await jobs.done(id)
  expect(job).toMatchObject({ state: 'failed', left: [], error: { code: 'kubelet-unhealthy', facts: { node: 'dx-control-plane' } } })
  expect(job.findings[0]).toMatchObject({
    cause: 'kubelet-unhealthy',
    level: 'problem',
    sure: 'sure',
    evidence: [{ source: 'kubelet' }, {}],
  })
  expect(job.steps.map((step) => [step.id, step.state])).toEqual([
    ['start-control-plane', 'failed'],
    ['find-cause', 'done'],
    ['clean-up', 'done'],
  ])
  expect(seen.some((call) => call.includes('journalctl'))).toBe(true)
  expect((await readEvidence(dataDir, id))?.nodes).toHaveLength(1)
  // It outlives the process.
  expect(jobs.get(id)?.findings).toEqual(job.findings)
})

test('an error that says it all is left alone, and nothing is looked at', async () => {
  const { start, jobs, calls } = await ground('kubelet-flag')
  const job = await jobs.done(start({ run: fails(new AppError('port-taken', { port: 80, holder: 'nginx', free: 8080 })) }).id)
  expect(job.error).toMatchObject({ code: 'port-taken', facts: { holder: 'nginx' } })
  expect(job.findings).toMatchObject([{ cause: 'port-taken', action: 'use-free-port', sure: 'sure' }])
  expect(await calls()).toEqual([])
})

test('without a cause that is sure the error stays what it was', async () => {
  const { start, jobs } = await ground('good-late')
  const job = await jobs.done(start({ run: fails(new AppError('nodes-not-ready', { cluster: 'dx', seconds: 300 })) }).id)
  expect(job.error?.code).toBe('nodes-not-ready')
  expect(job.findings.filter((one) => one.level === 'problem')).toEqual([])
})

test('an error that names its cause keeps it where nothing better is seen', async () => {
  const { start, jobs } = await ground('good-late')
  const job = await jobs.done(start({ run: fails(new AppError('driver-unusable', { driver: 'kvm2', reason: 'not installed' })) }).id)
  expect(job.error?.code).toBe('driver-unusable')
  expect(job.findings).toMatchObject([
    { cause: 'driver-unusable', sure: 'sure', action: 'change-specification', facts: { driver: 'kvm2' } },
  ])
})

test('what the tool printed is read from its file', async () => {
  const { start, jobs, exec } = await ground('good-late')
  const { id } = start({
    run: async (job) => {
      const result = await exec.run({
        file: 'sh',
        args: ['-c', 'echo "docker: Bind for 127.0.0.1:80 failed: port is already allocated" >&2; exit 1'],
        jobId: job.id,
      })
      throw new AppError('command-failed', { command: 'kind', exitCode: 1, signal: null, tail: '' }, { commandId: result.id })
    },
  })
  const job = await jobs.done(id)
  expect(job.error).toMatchObject({ code: 'port-taken', facts: { port: 80 }, commandId: expect.any(String) })
})

test('a cancel meanwhile ends the looking and cleans up', async () => {
  const { start, jobs } = await ground('kubelet-flag', { env: { COVE_HANG: 'journal' } })
  const { id } = start({ run: fails(new AppError('kubeadm-failed', { cluster: 'dx' })), cleanUp: async () => [] })
  for await (const event of jobs.watch(id))
    if (
      (event.type === 'job' || event.type === 'snapshot') &&
      event.job.steps.some((step) => step.id === 'find-cause' && step.state === 'running')
    )
      break
  expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled', left: [], error: null })
})

test('a step that takes much longer than usual is looked into once; the work goes on and its warnings go with its good end', async () => {
  const { start, jobs, calls } = await ground('kubelet-flag', { slowAfterMs: () => 100 })
  let go = () => {}
  const { id } = start({ run: (job) => job.step('start-control-plane', () => new Promise<null>((resolve) => (go = () => resolve(null)))) })
  for await (const event of jobs.watch(id)) if ((event.type === 'job' || event.type === 'snapshot') && event.job.findings.length > 0) break
  expect(jobs.get(id)).toMatchObject({ state: 'running', findings: [{ cause: 'kubelet-unhealthy', level: 'warning' }] })
  const asked = (await calls()).length
  await sleep(400)
  expect(await calls()).toHaveLength(asked)
  go()
  expect(await jobs.done(id)).toMatchObject({ state: 'succeeded', findings: [], error: null })
})

test('a job may say itself what stands in its way', async () => {
  const { jobs } = await ground('good-late')
  const finding = {
    level: 'warning',
    cause: 'memory-low',
    facts: { availableMiB: 200, neededMiB: 600 },
    sure: 'likely',
    evidence: [],
    action: null,
  } as const
  const { id } = jobs.start({
    kind: 'cluster.start',
    subject: 'dx',
    key: 'kind:dx',
    steps: [],
    run: async (job) => {
      job.found([{ ...finding, evidence: [] }])
      throw new AppError('nodes-not-ready', { cluster: 'dx', seconds: 1 })
    },
  })
  expect((await jobs.done(id)).findings).toEqual([finding])
})

test('a looking that is going on ends with its job', async () => {
  const { start, jobs } = await ground('kubelet-flag', { slowAfterMs: () => 50, env: { COVE_HANG: 'journal' } })
  const { id } = start({
    run: (job) =>
      job.step(
        'start-control-plane',
        () => new Promise<null>((_, reject) => job.signal.addEventListener('abort', () => reject(new Error('aborted')))),
      ),
  })
  await sleep(500)
  expect(await jobs.cancel(id)).toMatchObject({ state: 'cancelled', findings: [] })
})
