import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { execa } from 'execa'
import type { CreateSpecInput } from '../../src/shared/contract/clusters.ts'
import type { ErrorCode } from '../../src/shared/messages/error-facts.ts'
import type { Machine } from '../support/cove.ts'
import { inBothLanguages } from '../support/both-languages.ts'
import { engineState, removeCluster } from '../support/engine.ts'
import { endOf } from '../support/jobs.ts'
import { makeMachine } from '../support/cove.ts'
import { type OpenCove, expect, programsOf, publisherEnvironment, test } from '../support/test.ts'

const name = 'cove-bad'
test.afterEach(() => removeCluster(name))

const kubeconfig = 'apiVersion: v1\nkind: Config\ncontexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n'
const fileOf = (machine: Machine) => join(machine.home, '.kube/config')
async function writeKubeconfig(machine: Machine, text = kubeconfig) {
  await mkdir(dirname(fileOf(machine)), { recursive: true })
  await writeFile(fileOf(machine), text)
}

test('a name that cannot be is said beside the field, in both languages, with a way out', async ({ machine, openCove, page }) => {
  const engine = await engineState()
  const cove = await openCove(machine)
  const field = page.getByRole('textbox', { name: /^(Name|名称)$/ })
  const create = page.getByRole('button', { name: /^(Create cluster|创建集群)$/ })
  const wrong: readonly (readonly [string, ErrorCode])[] = [
    ['', 'name-empty'],
    ['a'.repeat(60), 'name-too-long'],
    ['Shop', 'name-upper-case'],
    ['-x', 'name-leading-dash'],
    ['a_b', 'name-invalid'],
  ]
  for (const [text, code] of wrong) {
    await field.fill(text)
    await inBothLanguages(cove, page, code)
    await expect(create).toBeDisabled()
    expect(await cove.api.clusters.plan({ name: text })).toMatchObject({ problems: [{ code }] })
    await expect(cove.api.clusters.create({ name: text })).rejects.toMatchObject({ data: { code } })
  }
  await field.fill('-x')
  await page.getByRole('button', { name: 'Use x', exact: true }).click()
  await expect(field).toHaveValue('x')
  await expect(create).toBeEnabled()
  expect(await cove.api.jobs.list({})).toEqual([])
  expect(await engineState()).toEqual(engine)
})

test('a port that is taken names its holder and proposes a free one', async ({ machine, openCove, page }) => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const { port } = holder.address() as AddressInfo
  try {
    const engine = await engineState()
    const cove = await openCove(machine)
    await page.getByRole('button', { name: 'More: nodes and ports' }).click()
    await page.getByRole('button', { name: 'Add port mapping' }).click()
    await page.getByRole('textbox', { name: 'Port of this machine' }).fill(String(port))
    await inBothLanguages(cove, page, 'port-taken')
    await expect(page.getByText(new RegExp(`Port ${port} of this machine is taken by .*${process.pid}`))).toBeVisible()
    await page.getByRole('button', { name: /^Use port \d+$/ }).click()
    await expect(page.getByText(/is taken by/)).toHaveCount(0)
    await page.getByRole('textbox', { name: 'Port of this machine' }).fill('70000')
    await inBothLanguages(cove, page, 'port-invalid')
    expect(await cove.api.jobs.list({})).toEqual([])
    expect(await engineState()).toEqual(engine)
  } finally {
    holder.close()
  }
})

type Case = { readonly spec?: CreateSpecInput; readonly code: ErrorCode }

/** Starts a create that must fail, and looks at its page and at what it left. */
async function refused(cove: OpenCove, page: Page, { spec = { name }, code }: Case) {
  const engine = await engineState()
  const { jobId } = await cove.api.clusters.create(spec)
  await page.goto(`${cove.origin}/#/jobs/${jobId}`)
  const job = await endOf(cove.api, jobId)
  expect(job.state).toBe('failed')
  expect(job.error?.code).toBe(code)
  expect(job.left ?? []).toEqual([])
  await inBothLanguages(cove, page, code)
  expect(await engineState()).toEqual(engine)
}

test('an image that its registry does not have', async ({ machine, openCove, page }) => {
  await writeKubeconfig(machine)
  // https://distribution.github.io/distribution/spec/api/#errors-2
  const registry = createHttpServer((request, response) => {
    const known = request.url === '/v2/'
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json', 'docker-distribution-api-version': 'registry/2.0' })
    response.end(JSON.stringify(known ? {} : { errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => registry.once('listening', resolve))
  try {
    const cove = await openCove(machine)
    // The engine speaks plain HTTP with registries of this machine: https://docs.docker.com/reference/cli/dockerd/#insecure-registries
    const image = `127.0.0.1:${(registry.address() as AddressInfo).port}/kindest/node:v1.34.0`
    await refused(cove, page, { spec: { name, image }, code: 'image-not-found' })
    await expect(cove.api.clusters.create({ name, image: 'Not An Image' })).rejects.toMatchObject({ data: { code: 'image-invalid' } })
    expect(await readFile(fileOf(machine), 'utf8')).toBe(kubeconfig)
  } finally {
    registry.close()
  }
})

test('an image whose registry is out of reach', async ({ machine, openCove, page }) => {
  await writeKubeconfig(machine)
  const cove = await openCove(machine)
  await refused(cove, page, { spec: { name, image: 'localhost:1/kindest/node:v1.34.0' }, code: 'registry-unreachable' })
  expect(await readFile(fileOf(machine), 'utf8')).toBe(kubeconfig)
})

test('an engine that does not run', async ({ ground, openCove, page }) => {
  const machine = await makeMachine({
    programs: await programsOf(ground, ['kind', 'kubectl']),
    env: { DOCKER_HOST: 'unix:///run/no-engine-here.sock' },
  })
  try {
    const cove = await openCove(machine)
    await inBothLanguages(cove, page, 'engine-stopped')
    await expect(page.getByRole('button', { name: 'Create cluster' })).toBeDisabled()
    await refused(cove, page, { code: 'engine-stopped' })
  } finally {
    await machine.remove()
  }
})

test('a kubeconfig that is invalid, with its line', async ({ machine, openCove, page }) => {
  await writeKubeconfig(machine, 'apiVersion: v1\nkind: Config\ncontexts: [\n  {name: a\n')
  const text = await readFile(fileOf(machine), 'utf8')
  await refused(await openCove(machine), page, { code: 'kubeconfig-invalid' })
  expect(await readFile(fileOf(machine), 'utf8')).toBe(text)
})

test('a kubeconfig that is read-only', async ({ machine, openCove, page }) => {
  test.skip(process.getuid?.() !== 0, 'needs root: a read-only bind mount')
  await writeKubeconfig(machine)
  const folder = dirname(fileOf(machine))
  await execa('mount', ['--bind', folder, folder])
  try {
    await execa('mount', ['-o', 'remount,ro,bind', folder])
    await refused(await openCove(machine), page, { code: 'kubeconfig-read-only' })
    expect(await readFile(fileOf(machine), 'utf8')).toBe(kubeconfig)
  } finally {
    await execa('umount', [folder])
  }
})

test('a kubeconfig that somebody has locked: its age is said, the lock is left alone', async ({ ground, machine, openCove, page }) => {
  await writeKubeconfig(machine)
  await writeFile(`${fileOf(machine)}.lock`, '')
  await refused(await openCove(machine), page, { spec: { name, image: ground.nodeImage }, code: 'kubeconfig-locked' })
  expect(await readFile(`${fileOf(machine)}.lock`, 'utf8')).toBe('')
  expect(await readFile(fileOf(machine), 'utf8')).toBe(kubeconfig)
})

test('a disk that is full', async ({ publisher, openCove, page }) => {
  test.skip(process.getuid?.() !== 0, 'needs root: a small file system')
  const machine = await makeMachine({ programs: {}, env: publisherEnvironment(publisher) })
  const data = join(machine.home, '.local/share/cove')
  await mkdir(data, { recursive: true })
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', data])
  try {
    // kubectl is larger than what is free.
    await refused(await openCove(machine), page, { code: 'disk-full' })
  } finally {
    await execa('umount', ['-l', data])
    await machine.remove()
  }
})

for (const [damage, code] of [
  ['down', 'download-status'],
  ['portal', 'download-not-a-program'],
  ['wrong-bytes', 'download-digest-mismatch'],
  ['truncated', 'download-truncated'],
] as const)
  test(`a mirror that is ${damage}: nothing is installed`, async ({ emptyMachine, publisher, openCove, page }) => {
    await writeKubeconfig(emptyMachine)
    const cove = await openCove(emptyMachine)
    publisher.damage(damage)
    await refused(cove, page, { code })
    expect(await readFile(fileOf(emptyMachine), 'utf8')).toBe(kubeconfig)
    const { tools } = await cove.api.toolchain.refresh()
    expect(tools.filter((tool) => tool.state === 'found' && tool.used?.origin === 'cove')).toEqual([])
  })
