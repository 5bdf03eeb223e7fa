import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSpecSchema } from '#shared/contract/clusters.ts'
import type { Engines } from '../../engines/types.ts'
import { type Ground, makeGround } from './fixtures/ground.ts'
import { recorded, transcript } from './fixtures/transcripts.ts'
import { createListing } from './list.ts'
import type { Runner } from './runner.ts'

const configs = (file: string) => (JSON.parse(transcript(file)) as { valid: { Config: object }[] }).valid.map(({ Config }) => Config)
const [one] = configs('profile-list.json') as [Record<string, unknown>]
const [two] = configs('profile-list-two-nodes.json') as [object]
const spec = (over: object = {}) => createSpecSchema.parse({ name: 'one', provider: 'minikube', ...over })

let at: Ground
beforeEach(async () => {
  at = await makeGround()
})
afterEach(() => at.dispose())

const stateOf = async (name: string) => {
  const cluster = (await at.provider.list()).find((each) => each.name === name)
  return cluster && { state: cluster.state, code: cluster.reason.code }
}

describe('the list', () => {
  test('no process of minikube runs where there is nothing of it, nor for clusters whose state is plain', async () => {
    expect(await at.provider.list()).toEqual([])
    await at.profile('one', one, transcript('start.jsonl'))
    await at.container('one')
    expect(await at.provider.list()).toMatchObject([
      {
        name: 'one',
        state: 'running',
        driver: 'docker',
        runtime: 'containerd',
        version: 'v1.34.4',
        nodes: [{ name: 'one', role: 'control-plane', ports: [{ hostPort: 32769 }] }],
      },
    ])
    await at.container('one', 'exited')
    expect(await stateOf('one')).toEqual({ state: 'stopped', code: 'all-stopped' })
    expect(await at.calls()).toEqual([])
  })

  test('the engine is asked beside the files, so that providers which ask at once share its answer', async () => {
    await at.profile('one', one, transcript('start.jsonl'))
    let asked = 0
    let home = Promise.resolve(join(at.home, '.minikube'))
    const listing = createListing({
      runner: { home: () => home } as Runner,
      engines: {
        containers: async () => {
          asked += 1
          return []
        },
      } as unknown as Engines,
      toolchain: at.toolchain,
    })
    expect(await listing.list()).toHaveLength(1)
    home = new Promise(() => {})
    void listing.list()
    expect(asked).toBe(2)
  })

  test('two nodes, one of them down', async () => {
    await at.profile('two', two, transcript('start-two-nodes.jsonl'))
    await at.container('two')
    await at.container('two-m02', 'exited')
    expect((await at.provider.list())[0]).toMatchObject({
      state: 'partly-running',
      reason: { code: 'nodes-down', facts: { stopped: 1, nodes: 2, node: 'two-m02' } },
    })
    await at.container('two', 'exited')
    await at.container('two-m02')
    expect(await stateOf('two')).toEqual({ state: 'broken', code: 'nodes-down' })
  })

  test('what runs inside is asked once after each change, where the last word leaves it open', async () => {
    await at.profile('one', one, transcript('pause.jsonl'))
    await at.container('one')
    await at.replay({ command: 'status', file: 'status-paused.json', exitCode: 2 })
    expect((await at.provider.list())[0]).toMatchObject({ state: 'paused', nodes: [{ state: 'paused' }] })
    await at.provider.list()
    expect(await at.calls('status')).toHaveLength(1)
    await at.profile('one', one, transcript('unpause.jsonl'))
    expect(await stateOf('one')).toEqual({ state: 'running', code: 'none' })
    expect(await at.calls('status')).toHaveLength(1)
    await at.profile('one', one, transcript('start-no-image.jsonl'))
    await at.replay({
      command: 'status',
      stdout: '{"Name":"one","Host":"Running","Kubelet":"Stopped","APIServer":"Stopped","Worker":false}',
      exitCode: 6,
    })
    expect(await stateOf('one')).toEqual({ state: 'broken', code: 'api-down' })
    // No answer is not kept.
    await at.profile('one', one, transcript('start-no-network.jsonl'))
    await at.replay({ command: 'status', stdout: 'panic: nil', exitCode: 2 })
    expect(await stateOf('one')).toEqual({ state: 'unknown', code: 'tool-silent' })
    await at.replay({ command: 'status', file: 'status.json' })
    expect(await stateOf('one')).toEqual({ state: 'running', code: 'none' })
  })

  test('a start that goes on is starting, whatever stands already', async () => {
    const half = transcript('start.jsonl').split('\n').slice(0, 12).join('\n')
    await at.profile('one', null, half)
    expect(await stateOf('one')).toEqual({ state: 'starting', code: 'none' })
    await at.profile('one', one, half)
    await at.container('one')
    expect(await stateOf('one')).toEqual({ state: 'starting', code: 'none' })
    expect(await at.calls()).toEqual([])
  })

  test('damaged profiles and machines without a profile are shown', async () => {
    await at.profile('cut', '{"Name":"cut","Dri', transcript('start.jsonl'))
    await at.profile('empty', {}, null)
    await at.profile('b', null, transcript('start-bad-name.jsonl'))
    await at.profile('gone', one, transcript('start.jsonl'))
    await at.container('lost')
    await at.container('lost-m02')
    const list = await at.provider.list()
    expect(list.map(({ name, state, reason }) => [name, state, reason.code])).toEqual([
      ['b', 'broken', 'profile-damaged'],
      ['cut', 'broken', 'profile-damaged'],
      ['empty', 'broken', 'profile-damaged'],
      ['gone', 'broken', 'half-created'],
      ['lost', 'broken', 'profile-damaged'],
    ])
    expect(list[4]?.nodes.map((node) => node.name)).toEqual(['lost', 'lost-m02'])
    expect(new Set(list.map(({ id }) => id)).size).toBe(5)
  })

  test('machines of other drivers are asked of minikube, side by side and each time', async () => {
    for (const driver of ['kvm2', 'virtualbox', 'podman'])
      await at.profile(driver, { ...one, Name: driver, Driver: driver }, transcript('start.jsonl'))
    const status = (name: string, host: string, api: string) =>
      JSON.stringify({ Name: name, Host: host, Kubelet: api, APIServer: api, Worker: false })
    await at.replay(
      { command: 'status --profile=kvm2', stdout: status('kvm2', 'Running', 'Running') },
      { command: 'status --profile=virtualbox', stdout: status('virtualbox', 'Saved', 'Saved'), exitCode: 7 },
      { command: 'status --profile=podman', stdout: status('podman', 'Stopped', 'Stopped'), exitCode: 7 },
    )
    await at.engineDown()
    const list = await at.provider.list()
    expect(list.map(({ name, state, driver }) => [name, state, driver])).toEqual([
      ['kvm2', 'running', 'kvm2'],
      ['podman', 'stopped', 'podman'],
      ['virtualbox', 'paused', 'virtualbox'],
    ])
    await at.provider.list()
    expect(await at.calls('status')).toHaveLength(6)
  })

  test('an engine that does not answer is an error, not a list without its clusters', async () => {
    await at.profile('one', one, transcript('start.jsonl'))
    await at.engineDown()
    await expect(at.provider.list()).rejects.toMatchObject({ code: 'engine-stopped' })
  })

  test('without minikube and anything of it there is nobody to ask', async () => {
    const bare = await makeGround({ tools: ['docker'] })
    try {
      await bare.toolchain.refresh()
      await expect(bare.provider.list()).rejects.toMatchObject({ code: 'tool-absent', facts: { tool: 'minikube' } })
      await bare.profile('one', one, transcript('start.jsonl'))
      await bare.container('one')
      expect(await bare.provider.list()).toMatchObject([{ name: 'one', state: 'running' }])
    } finally {
      await bare.dispose()
    }
  })

  test('a cluster that is made again under its name is another one', async () => {
    await at.profile('kvm', { ...one, Driver: 'kvm2' }, null)
    const before = (await at.provider.list())[0]?.id
    await rm(join(at.profiles, 'kvm'), { recursive: true })
    await at.profile('kvm', { ...one, Driver: 'kvm2' }, null)
    expect((await at.provider.list())[0]?.id).not.toBe(before)
  })
})

describe('the watch', () => {
  test('profiles that come, change and go are told, also where there is no minikube home yet', async () => {
    let heard = 0
    const stop = at.provider.watch(() => heard++)
    const next = async (what: () => Promise<unknown>) => {
      const before = heard
      await what()
      for (const end = performance.now() + 10_000; heard === before && performance.now() < end; )
        await new Promise((resolve) => setTimeout(resolve, 20))
      expect(heard).toBeGreaterThan(before)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    await next(() => mkdir(join(at.home, '.minikube')))
    await next(() => at.profile('one', one))
    await next(() => at.profile('one', one, transcript('start.jsonl')))
    await next(() => rm(join(at.home, '.minikube'), { recursive: true }))
    await next(() => at.profile('two', two))
    const quiet = heard
    // What else happens in the home folder is nobody's business.
    await writeFile(join(at.home, 'other'), 'x')
    stop()
    await at.profile('three', two)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(heard).toBe(quiet)
  })
})

describe('a create', () => {
  test('runs minikube with the spec alone: what the environment would add to its meaning is taken away, flags that are set for all stay', async () => {
    await at.dispose()
    at = await makeGround({
      env: {
        MINIKUBE_PROFILE: 'other',
        MINIKUBE_NODES: '5',
        MINIKUBE_DRY_RUN: 'true',
        MINIKUBE_FORCE: 'true',
        MINIKUBE_DRIVER: 'docker',
        KUBECONFIG: '/mine',
      },
    })
    await at.replay({ command: 'start', file: 'start.jsonl' })
    const steps: string[] = []
    await at.provider.create({ spec: spec(), image: 'v1.34.4', folder: at.folder, program: at.program }, at.run, (step) => steps.push(step))
    expect(steps).toEqual(at.provider.steps(spec()).map(({ id }) => id))
    const [call] = await at.calls('start')
    expect(call?.args).toEqual([
      'start',
      '--profile=one',
      '--interactive=false',
      '--output=json',
      '--kubernetes-version=v1.34.4',
      '--nodes=1',
    ])
    expect(call?.variables).toMatchObject({
      KUBECONFIG: join(at.folder, 'kubeconfig'),
      MINIKUBE_FORCE: 'true',
      MINIKUBE_DRIVER: 'docker',
      MINIKUBE_IN_STYLE: 'false',
    })
    for (const name of ['MINIKUBE_PROFILE', 'MINIKUBE_NODES', 'MINIKUBE_DRY_RUN']) expect(call?.variables).not.toHaveProperty([name])
  })

  test.each(recorded().filter(({ args, exitCode }) => args[0] === 'start' && exitCode !== 0))(
    '$file: fails with a cause that a person can act on',
    async ({ file, exitCode }) => {
      await at.replay({ command: 'start', file, exitCode })
      const error: unknown = await at.provider
        .create({ spec: spec(), image: '', folder: at.folder, program: at.program }, at.run, () => {})
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'AppError' })
      expect((error as { code: string }).code).not.toBe('command-failed')
    },
  )

  const fatal = (name: string, exitcode: number, message: string) =>
    `${JSON.stringify({ specversion: '1.0', type: 'io.k8s.sigs.minikube.error', data: { advice: '', exitcode: String(exitcode), issues: '', message, name, url: '' } })}\n`
  // Words of the drivers' own checks, of which this machine can have none: https://github.com/kubernetes/minikube/tree/v1.36.0/pkg/minikube/registry/drvs
  test.each([
    [
      'PROVIDER_KVM2_NOT_FOUND',
      65,
      'The \'kvm2\' provider was not found: exec: "virsh": executable file not found in $PATH',
      'driver-unusable',
      { driver: 'kvm2' },
    ],
    [
      'PROVIDER_VIRTUALBOX_NOT_FOUND',
      65,
      "The 'virtualbox' provider was not found: unable to find VBoxManage in $PATH",
      'driver-unusable',
      { driver: 'virtualbox' },
    ],
    ['PR_KVM_USER_PERMISSION', 67, 'libvirt group membership check failed', 'driver-unusable', { driver: 'kvm2' }],
    ['PR_HYPERV_AS_ADMIN', 67, 'Hyper-V requires Administrator privileges', 'driver-unusable', { driver: 'kvm2' }],
    ['HOST_VTX_DISABLED', 38, "This computer doesn't have VT-X/AMD-v enabled", 'driver-unusable', { driver: 'kvm2' }],
    ['DRV_NEEDS_ROOT', 57, 'The "none" driver requires root privileges', 'driver-unusable', { driver: 'none' }],
    [
      'GUEST_DRIVER_MISMATCH',
      81,
      'The existing "one" cluster was created using the "docker" driver, which is incompatible with requested "kvm2" driver.',
      'driver-mismatch',
      { cluster: 'one' },
    ],
    [
      'PROVIDER_DOCKER_NOT_RUNNING',
      63,
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'engine-stopped',
      { endpoint: 'unix:///var/run/docker.sock' },
    ],
    ['PROVIDER_DOCKER_NEWGRP', 69, 'Got permission denied', 'engine-no-permission', {}],
    ['RSRC_DOCKER_STORAGE', 26, 'Docker is out of disk space! (/var is at 99% of capacity)', 'disk-full', {}],
    [
      'INET_CACHE_KUBECTL',
      40,
      'Failed to cache kubectl: Get "https://dl.k8s.io/release/v1.33.1/bin/linux/amd64/kubectl": proxyconnect tcp: EOF',
      'download-unreachable',
      { url: 'https://dl.k8s.io/release/v1.33.1/bin/linux/amd64/kubectl' },
    ],
    ['INET_CACHE_TAR', 40, 'failed to download preloaded-images-k8s-v18-v1.33.1-docker-overlay2-amd64.tar.lz4', 'preload-missing', {}],
    [
      'GUEST_PORT_IN_USE',
      81,
      'docker: Error response from daemon: driver failed programming external connectivity: Bind for 127.0.0.1:8080 failed: port is already allocated.',
      'port-taken',
      { port: 8080 },
    ],
    ['GUEST_LOAD_HOST', 80, 'Error getting host: Docker machine "one" does not exist.', 'profile-damaged', { cluster: 'one' }],
    [
      'K8S_DOWNGRADE_UNSUPPORTED',
      106,
      'Unable to safely downgrade existing Kubernetes v1.34.4 cluster to v1.33.1',
      'kubernetes-unsupported',
      {},
    ],
  ])('%s', async (name, exitCode, message, code, facts) => {
    await at.replay({ command: 'start', stdout: fatal(name, exitCode, message), exitCode })
    const document = 'kind: MinikubeCluster\napiVersion: cove/v1alpha1\ndriver: kvm2\n'
    await expect(
      at.provider.create({ spec: spec({ document }), image: '', folder: at.folder, program: at.program }, at.run, () => {}),
    ).rejects.toMatchObject({ code, facts })
  })

  test('an id that says nothing keeps its words, and an engine that went away in the middle is the cause', async () => {
    await at.replay({ command: 'start', stdout: fatal('MK_NEW_APICLIENT', 10, 'new client: strange'), exitCode: 10 })
    const create = () => at.provider.create({ spec: spec(), image: '', folder: at.folder, program: at.program }, at.run, () => {})
    await expect(create()).rejects.toMatchObject({ code: 'command-failed', facts: { exitCode: 10, tail: 'new client: strange' } })
    await at.engineDown()
    await expect(create()).rejects.toMatchObject({ code: 'engine-stopped' })
  })

  test('a tool that says nothing is cancelled at once', async () => {
    await at.replay({ command: 'start', hang: true })
    const cancel = new AbortController()
    const create = at.provider.create(
      { spec: spec(), image: '', folder: at.folder, program: at.program },
      { jobId: 'job', signal: cancel.signal },
      () => {},
    )
    const seen = async () => (await at.calls('start')).length > 0
    while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, 20))
    cancel.abort()
    await expect(create).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('a question that a job asks is cancelled with the job', async () => {
    await at.replay({ command: 'update-context', hang: true })
    const cancel = new AbortController()
    const target = { name: 'shop', nodes: [], folder: at.folder }
    const add = at.provider.setAddOn?.(target, 'ingress', true, { jobId: 'job', signal: cancel.signal })
    while ((await at.calls('update-context')).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    cancel.abort()
    await expect(add).rejects.toMatchObject({ code: 'cancelled' })
  })
})

test('a remove takes folders away where minikube itself is gone', async () => {
  const bare = await makeGround({ tools: ['docker'] })
  try {
    await bare.profile('one', one, transcript('start.jsonl'))
    for (const machine of ['one', 'one-m02', 'one-other', 'onetwo'])
      await mkdir(join(bare.home, '.minikube', 'machines', machine), { recursive: true })
    expect(await bare.provider.remove('one', bare.folder, 0, bare.run)).toEqual([])
    expect(await readdir(join(bare.home, '.minikube', 'machines'))).toEqual(['one-other', 'onetwo'])
    expect(await readdir(bare.profiles)).toEqual([])
  } finally {
    await bare.dispose()
  }
})

test('a machine of another driver is removed by minikube alone, also without an engine, and its files stay where minikube is gone or fails', async () => {
  const machine = () => mkdir(join(at.home, '.minikube', 'machines', 'one'), { recursive: true })
  await at.profile('one', { ...one, Driver: 'kvm2' }, null)
  await machine()
  await at.engineDown()
  await at.replay({ command: 'delete', stdout: 'panic: nil', exitCode: 2 })
  await expect(at.provider.remove('one', at.folder, 0, at.run)).rejects.toMatchObject({ code: 'command-failed' })
  expect(await readdir(at.profiles)).toEqual(['one'])
  await at.replay({ command: 'delete', file: 'delete.jsonl' })
  expect(await at.provider.remove('one', at.folder, 0, at.run)).toEqual([])
  expect((await at.calls('delete')).at(-1)?.args).toEqual(['delete', '--profile=one', '--output=json'])
  expect(await readdir(at.profiles)).toEqual([])

  await at.profile('one', { ...one, Driver: 'kvm2' }, null)
  await rm(at.program)
  await at.toolchain.refresh()
  await expect(at.provider.remove('one', at.folder, 0, at.run)).rejects.toMatchObject({ code: 'tool-absent' })
  expect(await readdir(at.profiles)).toEqual(['one'])
})

describe('an archive', () => {
  const silent = { enter: () => {}, progress: () => {} }
  const nodes = (['running', 'exited', 'running'] as const).map((state, index) => ({
    name: `one-m0${index + 1}`,
    role: 'worker' as const,
    state,
    containerId: '',
  }))
  const load = (archive: string) => at.provider.loadImage({ name: 'one', nodes, folder: at.folder }, { archive }, at.run, silent)
  const digest = 'a'.repeat(64)
  /** What `docker save` writes of an image without layers, under a name that is a command to a shell. */
  async function archiveOf(image: string): Promise<string> {
    const content = join(at.home, 'content')
    await mkdir(content)
    await writeFile(join(content, 'manifest.json'), JSON.stringify([{ Config: `${digest}.json`, RepoTags: [image], Layers: [] }]))
    const file = join(at.home, "it's [mine] $(reboot) 镜像.tar")
    await execa('tar', ['--create', `--file=${file}`, `--directory=${content}`, '.'])
    return file
  }
  const holds = (node: string, repoTags: string[], id = `sha256:${'b'.repeat(64)}`) => ({
    command: `ssh --profile=one --node=${node} -- sudo crictl images`,
    stdout: JSON.stringify({ images: [{ id, repoTags, repoDigests: [], size: '1' }] }),
  })
  const ends = async () => (await at.calls('ssh')).map(({ args }) => args).filter((args) => args.includes('-c'))

  test('is given to minikube under a name that no shell in a machine reads anything into, and its file does not stay there', async () => {
    const archive = await archiveOf('shop/web:1')
    await at.replay({ command: 'image load' }, holds('one-m01', ['docker.io/shop/web:1']), holds('one-m03', ['docker.io/shop/web:1']))
    await load(archive)
    const [call] = await at.calls('image load')
    expect(call?.args).toEqual(['image', 'load', '--profile=one', '--', join(at.folder, 'image.tar')])
    expect(await realpath(join(at.folder, 'image.tar'))).toBe(await realpath(archive))
    expect((await ends()).map((args) => args[2] ?? '').sort()).toEqual(['--node=one-m01', '--node=one-m03'])
    expect((await at.calls()).map(({ args }) => args.join(' ')).join('\n')).not.toContain('reboot')
  })

  test('that did not arrive on a node that runs is an error, though minikube ends well; under a name of CRI-O it has', async () => {
    const archive = await archiveOf('shop/web:1')
    const there = holds('one-m01', ['localhost/shop/web:1'], digest)
    await at.replay({ command: 'image load' }, there, holds('one-m03', ['docker.io/shop/web:2']))
    await expect(load(archive)).rejects.toMatchObject({
      code: 'image-not-loaded',
      facts: { image: 'docker.io/shop/web:1', node: 'one-m03' },
    })
    await at.replay({ command: 'image load' }, there, holds('one-m03', ['shop/web:1']))
    await load(archive)
  })

  test('that is none is not given to minikube', async () => {
    const file = join(at.home, 'text.tar')
    await writeFile(file, 'no tar')
    await expect(load(file)).rejects.toMatchObject({ code: 'image-archive-invalid' })
    expect(await at.calls('image')).toEqual([])
  })

  describe('whose load is given up', () => {
    let machine: string
    let file: string
    /** What the shell in each machine is given, read here by a shell as well; `path`: where it finds its programs first. */
    async function endIn(path = ''): Promise<void> {
      await at.replay({ command: 'image load', exitCode: 1 })
      await expect(load(await archiveOf('shop/web:1'))).rejects.toMatchObject({ code: 'command-failed' })
      const ended = await ends()
      expect(ended.map((args) => args[2] ?? '').sort()).toEqual(['--node=one-m01', '--node=one-m03'])
      const line = (ended[0] ?? []).slice(4).join(' ').replaceAll('/var/lib/minikube/images', join(machine, 'images'))
      expect(line).toMatch(/^sudo sh -c /)
      await execa('sh', ['-c', line.replace(/^sudo /, '')], { env: { PATH: `${path}${process.env['PATH']}` } })
    }
    beforeEach(async () => {
      // As in a machine, without blanks.
      machine = await mkdtemp(join(tmpdir(), 'cove-machine-'))
      file = join(machine, 'images', 'image.tar')
      await mkdir(join(machine, 'images'))
    })
    afterEach(() => rm(machine, { recursive: true }))

    test('is ended in every machine that runs by its file, which ends early and is gone; that of another is left alone', async () => {
      const other = join(machine, 'images', 'other.tar')
      for (const one of [file, other]) await writeFile(one, 'image')
      // As an import does: it has the file in its command line and reads on until that is cut short.
      const importer = (from: string) =>
        execa('sh', ['-c', 'while [ -s "$1" ]; do sleep 0.05; done; exit 3', 'import', from], { reject: false })
      const [mine, others] = [importer(file), importer(other)]
      try {
        await endIn()
        expect((await mine).exitCode).toBe(3)
        expect(await readdir(join(machine, 'images'))).toEqual(['other.tar'])
        // Still there, so that it can be told to end.
        expect(others.kill()).toBe(true)
      } finally {
        mine.kill()
        others.kill()
        await Promise.all([mine, others])
      }
    })

    test('is waited for where the machine has read all of it already, as docker does', async () => {
      const programs = join(machine, 'programs')
      const [slept, go] = [join(machine, 'slept'), join(machine, 'go')]
      await mkdir(programs)
      // Half a minute of waiting goes by in no time, and then it is there.
      const sleep = `#!/bin/sh\necho >>${slept}\n[ "$(wc -l <${slept})" -ge 60 ] && : >${go}\nexec /bin/sleep 0.02\n`
      await writeFile(join(programs, 'sleep'), sleep, { mode: 0o755 })
      await writeFile(file, 'image')
      const docker = execa('sh', ['-c', 'while [ ! -e "$2" ]; do /bin/sleep 0.02; done; exit 3', 'cat', file, go], { reject: false })
      try {
        await endIn(`${programs}:`)
        expect((await docker).exitCode).toBe(3)
        expect(await readdir(join(machine, 'images'))).toEqual([])
      } finally {
        docker.kill()
        await docker
      }
    })
  })
})

test('an image that the engine does not have, or a file that is not there, is not asked of minikube', async () => {
  await writeFile(
    at.program.replace(/minikube$/, 'docker'),
    '#!/bin/sh\ncase "$1" in save) echo "Error response from daemon: reference does not exist" >&2; exit 1;; esac\nexec "$COVE_FAKE_NODE" "$COVE_FAKE_TOOLS" docker "$@"\n',
  )
  const load = at.provider.loadImage({ name: 'one', nodes: [], folder: at.folder }, { image: 'none:1' }, at.run, {
    enter: () => {},
    progress: () => {},
  })
  await expect(load).rejects.toMatchObject({ code: 'image-not-found', facts: { image: 'none:1' } })
  const missing = at.provider.loadImage({ name: 'one', nodes: [], folder: at.folder }, { archive: join(at.home, 'no.tar') }, at.run, {
    enter: () => {},
    progress: () => {},
  })
  await expect(missing).rejects.toMatchObject({ code: 'file-unreadable', facts: { reason: 'ENOENT' } })
  expect(await at.calls('image')).toEqual([])
})

test('the version that is set for minikube comes first, then those whose images are here', async () => {
  await at.replay({ command: 'config defaults', stdout: '["v1.33.1","v1.33.0-rc.1","v1.32.5","v1.31.9"]' })
  const cache = join(at.home, '.minikube', 'cache', 'preloaded-tarball')
  await mkdir(cache, { recursive: true })
  await writeFile(join(cache, 'preloaded-images-k8s-v18-v1.32.5-containerd-overlay2-amd64.tar.lz4'), '')
  expect((await at.provider.images()).map(({ ref, local }) => [ref, local])).toEqual([
    ['v1.32.5', true],
    ['v1.33.1', false],
    ['v1.31.9', false],
  ])
  await mkdir(join(at.home, '.minikube', 'config'))
  await writeFile(join(at.home, '.minikube', 'config', 'config.json'), '{"kubernetes-version":"v1.30.2"}')
  const images = await at.provider.images()
  expect(images[0]?.ref).toBe('v1.30.2')
  expect(at.provider.knownImages()).toEqual(images)
  expect(at.provider.bestImage([{ ref: 'v1.35.1', version: 'v1.35.1', local: false, sizeBytes: null }, ...images], '1')?.ref).toBe(
    'v1.30.2',
  )
  expect(at.provider.imageProblem('v1.35.1', '1')).toMatchObject({ code: 'kubernetes-needs-cgroup-v2' })
})
