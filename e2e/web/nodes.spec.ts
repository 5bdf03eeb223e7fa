import { execa } from 'execa'
import type { Page } from '@playwright/test'
import type { CoveClient } from '../support/client.ts'
import type { Machine } from '../support/cove.ts'
import { endOf, succeeds } from '../support/jobs.ts'
import { goTo } from '../support/places.ts'
import { openKindStage, type Stage } from '../support/stage.ts'
import { expect, realGround, test } from '../support/test.ts'

const name = 'cove-nodes'
const worker = `${name}-worker`

test.describe('the nodes of a cluster', () => {
  let machine: Machine
  let stage: Stage
  let api: CoveClient['api']
  let page: Page
  let id: string
  let image: string

  test.beforeAll(async ({ browser }) => {
    const chosen = realGround()
    test.skip(chosen.sampleImage === null, 'needs the kit: no image with the sample program on this ground')
    test.setTimeout(180_000)
    image = chosen.sampleImage ?? ''
    const opened = await openKindStage(browser, chosen, { name, workers: 1, shots: 'nodes' })
    stage = opened
    machine = opened.machine
    api = opened.api
    page = opened.page
    id = opened.cluster.id
  })
  test.afterAll(() => stage?.end())

  const inNode = async (...args: string[]) => (await execa('docker', ['exec', worker, ...args], { reject: false })).stdout
  const held = async () => (await api.clusters.images({ id })).nodes.map(({ images }) => images?.some(({ ref }) => ref === image) ?? null)

  test('an image is loaded with progress for each node, seen on every one, and removed', async () => {
    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}?tab=images`)
    await expect(page.getByRole('row', { name: /registry.k8s.io\/kube-proxy/ })).toBeVisible()
    expect(await held()).toEqual([false, false])

    await page.getByRole('button', { name: 'Load image…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('cove.test sam')
    await dialog.getByRole('button', { name: new RegExp(`^${image}`) }).click()
    await expect(dialog.getByRole('textbox')).toHaveValue(image)
    await stage.looks.shot('load')
    await dialog.getByRole('button', { name: 'Load image', exact: true }).click()
    await page.waitForURL(/#\/jobs\//)
    const seen: unknown[] = []
    const loading = /#\/jobs\/([^?/]+)/.exec(page.url())?.[1] ?? ''
    expect(await endOf(api, loading, (job) => seen.push(job.steps[0]?.facts))).toMatchObject({ state: 'succeeded' })
    expect(seen).toContainEqual(expect.objectContaining({ node: expect.stringContaining(name), nodes: 2 }))
    expect(seen.at(-1)).toMatchObject({ done: 2, nodes: 2, held: 0 })
    await expect(page.getByRole('listitem').filter({ hasText: 'on 2 of 2 nodes' })).toBeVisible({ timeout: 60_000 })
    expect(await held()).toEqual([true, true])

    // Again: both hold it already, so nothing is copied.
    const again = await endOf(api, (await api.clusters.loadImage({ id, image })).jobId)
    expect(again).toMatchObject({ state: 'succeeded' })
    expect(again.steps[0]?.facts).toMatchObject({ done: 2, nodes: 2, held: 2 })
    expect((await api.jobs.commands({ jobId: again.id })).some(({ argv }) => argv.includes('save'))).toBe(false)

    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}?tab=images`)
    const row = page.getByRole('row', { name: new RegExp(image) })
    await expect(row.getByText('held', { exact: true })).toHaveCount(2)
    expect(await stage.looks.faults()).toEqual([])
    await stage.looks.shot('images')
    await row.hover()
    await row.getByRole('button', { name: `Remove ${image}` }).click()
    await expect(page.getByRole('dialog')).toContainText('No pod was given this image')
    await stage.looks.shot('remove')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove image' }).click()
    await expect(page).toHaveURL(/#\/jobs\//)
    await expect.poll(held, { timeout: 30_000 }).toEqual([false, false])
    expect(await inNode('ctr', '--namespace=k8s.io', 'images', 'ls', '-q')).not.toContain('sample')
  })

  test('a tar file is loaded from the machine of Cove', async () => {
    const file = `${machine.home}/样 sample.tar`
    await execa('docker', ['save', '--output', file, image])
    await succeeds(api, api.clusters.loadImage({ id, archive: file }))
    expect(await held()).toEqual([true, true])
  })

  test('pods in many states have the status, readiness and restarts that kubectl prints', async () => {
    const kubectl = async (...args: string[]) => {
      const { stdout } = await execa('kubectl', args, { env: machine.env, extendEnv: false, stdin: 'ignore' })
      return stdout.split('\n').filter((line) => line !== '')
    }
    const run = (name: string, spec: object, ...args: string[]) =>
      kubectl('run', name, `--image=${image}`, '--override-type=strategic', `--overrides=${JSON.stringify({ spec })}`, '--', ...args)
    const once = ['log', '-count', '1']
    await run('done', { restartPolicy: 'Never' }, 'crash', '-after', '0s', '-code', '0')
    await run('error', { restartPolicy: 'Never' }, 'crash', '-after', '0s', '-code', '3')
    await run('crashing', {}, 'crash', '-after', '0s', '-code', '3')
    await run('nowhere', { nodeSelector: { zone: 'none' } }, ...once)
    await run(
      'asked',
      {
        initContainers: [
          { name: 'first', image, args: ['log', '-rate', '1'] },
          { name: 'second', image, args: once },
        ],
      },
      ...once,
    )
    await run('refused', { initContainers: [{ name: 'first', image, args: ['crash', '-after', '0s'] }] }, ...once)
    await run('pulling', { containers: [{ name: 'pulling', image: 'cove.test/none:1' }] }, ...once)
    await run('gated', { schedulingGates: [{ name: 'cove.test/wait' }] }, ...once)
    const context = (await api.clusters.list()).clusters.find((each) => each.id === id)?.context
    if (!context) throw new Error(`no context of ${name}`)
    const shown = async () =>
      (await api.workloads.pods({ ...context, namespace: null }))
        .map((pod) => [pod.namespace, pod.name, `${pod.ready}/${pod.total}`, pod.status, String(pod.restarts)].join(' '))
        .sort()
    const printed = async () =>
      (await kubectl('get', 'pods', '--all-namespaces', '--no-headers')).map((line) => line.split(/\s+/).slice(0, 5).join(' ')).sort()
    const statusOf = (lines: string[]) =>
      Object.fromEntries(lines.map((line) => line.split(' ')).map(([, pod = '', , status]) => [pod, status]))
    await expect
      .poll(async () => statusOf(await printed()), { timeout: 60_000 })
      .toMatchObject({
        done: 'Completed',
        error: 'Error',
        crashing: expect.stringMatching(/^(?:CrashLoopBackOff|Error)$/),
        nowhere: 'Pending',
        asked: 'Init:0/2',
        refused: expect.stringMatching(/^Init:(?:CrashLoopBackOff|Error)$/),
        pulling: expect.stringMatching(/^(?:ErrImagePull|ImagePullBackOff)$/),
        gated: 'SchedulingGated',
      })
    // Some go on changing meanwhile: asked for on both sides of what kubectl says, until nothing did.
    await expect(async () => {
      const [first, kubectlSays, second] = [await shown(), await printed(), await shown()]
      expect(first).toEqual(second)
      expect(first).toEqual(kubectlSays)
    }).toPass({ timeout: 60_000 })
    await kubectl('delete', 'pods', '--all', '--grace-period=0', '--force')
  })

  test('the page of a node: what the API and the engine say, and how much it uses', async () => {
    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}`)
    const row = page.getByRole('row', { name: new RegExp(worker) })
    // An engine on cgroup v1 has no figures of anything any more once somebody mounted a hierarchy that was not there at its start; then none are shown.
    const { stdout: said } = await execa('docker', ['stats', '--no-stream', '--format={{.MemUsage}}', worker])
    const counts = !said.startsWith('0B / 0B')
    if (!counts) console.log(`cove: this engine counts nothing of its containers (${said})`)
    await expect(counts ? row.getByText(/^\d+(\.\d)? %$/) : row.getByText('–', { exact: true })).toHaveCount(2, { timeout: 20_000 })
    expect(await stage.looks.faults()).toEqual([])
    await stage.looks.shot('overview')
    await page.getByRole('link', { name: worker }).click()
    await expect(page.getByRole('heading', { level: 2, name: worker })).toBeVisible()
    await expect(page.getByRole('row', { name: /Ready True KubeletReady/ })).toBeVisible()
    const use = page.locator('.node-use').getByRole('definition')
    await expect(use).toHaveText(counts ? [/of \d+ cores?$/, /of .*B$/] : ['–', '–'], { timeout: 20_000 })
    await expect(page.getByText('by the container engine')).toBeVisible()
    const facts = page.getByRole('complementary', { name: 'Facts of this node' })
    await expect(facts).toContainText(/containerd 1\.\d+/)
    await expect(facts).toContainText('/lib/modules')
    await expect(facts).toContainText((await execa('docker', ['inspect', '--format', '{{.Id}}', worker])).stdout.slice(0, 12))
    expect(await stage.looks.faults()).toEqual([])
    await stage.looks.shot('node')

    await page.getByRole('tab', { name: 'Pods' }).click()
    await expect(page.getByRole('row', { name: /kube-proxy/ })).toHaveCount(1)
    await expect(page.getByRole('row', { name: /etcd/ })).toHaveCount(0)
    await stage.looks.shot('node-pods')
    await page.getByRole('link', { name: 'kubelet journal' }).click()
    await expect(page).toHaveURL(/#\/logs/)
    await expect(page.locator('[data-seq]').first()).toBeVisible({ timeout: 20_000 })
  })

  test('a shell in a node: echo, size, a way out by keyboard, exit; nothing of it stays', async () => {
    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}/nodes/${worker}?tab=shell`)
    const terminal = page.locator('.xterm-rows')
    await expect(terminal).toContainText(`root@${worker}`, { timeout: 20_000 })
    await page.locator('.xterm-screen').click()
    await page.keyboard.type("echo $((40+2)) $(printf '\\344\\275\\240\\345\\245\\275'); stty size\n")
    await expect(terminal).toContainText('42 你好')
    let first: number[] = []
    await expect.poll(async () => (first = await sizeIn(terminal))).toHaveLength(2)
    await page.setViewportSize({ width: 900, height: 600 })
    // The node is told a little later: asked until it knows.
    await expect(async () => {
      await page.keyboard.type('clear; stty size\n')
      const smaller = async () => {
        const now = await sizeIn(terminal)
        return now.length === 2 && now.every((each, at) => each < (first[at] ?? 0))
      }
      await expect.poll(smaller, { timeout: 2_000 }).toBe(true)
    }).toPass({ timeout: 20_000 })
    await page.setViewportSize({ width: 1280, height: 800 })

    // The shell lives on while another part of the page is looked at, and Tab belongs to it while it has the focus.
    await page.keyboard.type('sleep 4321 &\n')
    await expect.poll(() => inNode('pgrep', '-f', 'sleep 4321')).not.toBe('')
    await page.keyboard.press('Control+Shift+L')
    await expect(page.getByRole('tab', { name: 'Shell' })).toBeFocused()
    await page.getByRole('tab', { name: 'Pods' }).click()
    await page.getByRole('tab', { name: 'Shell' }).click()
    await expect(terminal).toContainText('sleep 4321')
    await page.locator('.xterm-screen').click()
    await page.keyboard.type("clear; ls --color=always -d /etc; printf '\\e[38;2;200;30;30mred\\e[0m\\n'\n")
    await expect(terminal).toContainText('/etc')
    expect(await stage.looks.faults()).toEqual([])
    await stage.looks.shot('shell')

    // Left: what was started in it ends too, and not before.
    expect(await inNode('pgrep', '-f', 'sleep 4321')).not.toBe('')
    await page.getByRole('link', { name, exact: true }).click()
    await expect.poll(() => inNode('pgrep', '-fa', 'sleep 4321|script -q|bash -l'), { timeout: 15_000 }).toBe('')
    await expect.poll(async () => (await execa('pgrep', ['-f', `exec --interactive.*COVE_SHELL`], { reject: false })).stdout).toBe('')

    await goTo(page, stage.cove.origin, `/clusters/${encodeURIComponent(id)}/nodes/${worker}?tab=shell`)
    await expect(terminal).toContainText(`root@${worker}`, { timeout: 20_000 })
    await page.locator('.xterm-screen').click()
    await page.keyboard.type('exit 3\n')
    await expect(page.getByText('Shell ended with exit code 3')).toBeVisible()
    await page.getByRole('button', { name: 'Open a new shell' }).click()
    await expect(page.getByText('Shell open')).toBeVisible()
    await expect(terminal).toContainText(`root@${worker}`, { timeout: 20_000 })

    // Cove ends while the shell is open.
    await stage.cove.stop()
    await expect.poll(() => inNode('pgrep', '-fa', 'script -q|bash -l'), { timeout: 15_000 }).toBe('')
  })
})

/** What `stty size` printed last: rows and columns, or nothing yet. */
async function sizeIn(terminal: ReturnType<Page['locator']>): Promise<number[]> {
  const text = (await terminal.innerText()).split('\n').map((line) => line.trim())
  const found = text.filter((line) => /^\d+ \d+$/.test(line)).at(-1)
  return found === undefined ? [] : found.split(' ').map(Number)
}
