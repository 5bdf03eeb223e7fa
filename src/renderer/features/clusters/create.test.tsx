// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ErrorCode } from '#shared/messages/error-facts.ts'
import { calls, engine, problem, world } from '../../fixtures/fake-api.ts'
import { renderAt } from '../../fixtures/render-at.tsx'
import { FirstCluster } from './first-cluster.tsx'

vi.mock('../../api/client.ts', () => import('../../fixtures/fake-api.ts'))

const made = () => calls.filter((call) => call.name === 'clusters.create')

beforeEach(() => {
  calls.length = 0
  world.engine = engine()
  world.problems = () => []
  world.findings = []
  world.planSteps = []
})
afterEach(cleanup)

test('one press creates with the proposed name, and leads to the job', async () => {
  const { router } = renderAt(<FirstCluster />)
  await screen.findByRole('textbox', { name: 'Name' })
  await userEvent.click(screen.getByRole('button', { name: 'Create cluster' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/job-1'))
  expect(made()).toEqual([{ name: 'clusters.create', input: { name: 'dev', image: null, controlPlanes: 1, workers: 0, ports: [] } }])
})

test('another node image can be chosen: those that the engine holds stand first, the others say that they must be pulled', async () => {
  const user = userEvent.setup()
  world.planSteps = [{ id: 'use-image', facts: {}, usualMs: null, bytes: null }]
  renderAt(<FirstCluster />)
  await user.click(await screen.findByRole('combobox', { name: 'Node image kindest/node:v1.34.4' }))
  const options = await screen.findAllByRole('option')
  expect(options.map((option) => option.textContent)).toEqual([
    expect.stringMatching(/^kindest\/node:v1\.34\.4.*, here$/),
    expect.stringMatching(/^kindest\/node:v1\.33\.1.*to be pulled$/),
  ])
  await user.click(options[1] as HTMLElement)
  expect(await screen.findByRole('combobox', { name: 'Node image kindest/node:v1.33.1' })).toBeTruthy()
  // What will be done is asked for anew, with that image.
  await waitFor(() =>
    expect(calls.findLast((call) => call.name === 'clusters.plan')?.input).toMatchObject({ image: 'kindest/node:v1.33.1' }),
  )
  await user.click(screen.getByRole('button', { name: 'Create cluster' }))
  await waitFor(() => expect(made().map((call) => call.input)).toEqual([expect.objectContaining({ image: 'kindest/node:v1.33.1' })]))
})

test('two presses before the next paint are one create', async () => {
  renderAt(<FirstCluster />)
  await screen.findByRole('textbox', { name: 'Name' })
  const button = screen.getByRole('button', { name: 'Create cluster' })
  fireEvent.click(button)
  fireEvent.click(button)
  await waitFor(() => expect(made()).toHaveLength(1))
})

test('the page of the job is there before core is asked to begin', async () => {
  const paint = vi.spyOn(window, 'requestAnimationFrame')
  const { router } = renderAt(<FirstCluster />)
  await screen.findByRole('textbox', { name: 'Name' })
  let at: string | null = null
  paint.mockImplementation((drawn) => {
    at ??= router.latestLocation.pathname
    expect(made()).toEqual([])
    return Number(setTimeout(() => drawn(0)))
  })
  fireEvent.click(screen.getByRole('button', { name: 'Create cluster' }))
  await waitFor(() => expect(made()).toHaveLength(1))
  expect(at).toMatch(/^\/jobs\/starting-\d+$/)
  paint.mockRestore()
})

test('what may disturb the cluster is said with what follows and what to do, and does not stop the create', async () => {
  const warning = (cause: ErrorCode, facts: Record<string, string>, level: 'warning' | 'problem' = 'warning') => ({
    level,
    cause,
    facts,
    sure: 'likely' as const,
    evidence: [],
    action: null,
  })
  world.findings = [
    warning('subnet-overlap', { subnet: '10.244.0.0/16', other: '10.0.0.0/8', with: 'tun0' }),
    warning('mount-missing', { path: '/nowhere' }, 'problem'),
  ]
  const { unmount } = renderAt(<FirstCluster />)
  expect(await screen.findByText('The network 10.244.0.0/16 overlaps with 10.0.0.0/8')).toBeTruthy()
  expect(screen.getByText(/Traffic goes to the wrong place.*Choose other subnets/)).toBeTruthy()
  // One that stops the create is among the problems, where it is said once.
  expect(screen.queryByText(/\/nowhere/)).toBeNull()
  expect(screen.getByRole('button', { name: 'Create cluster' }).hasAttribute('disabled')).toBe(false)
  world.findings = [{ ...warning('inotify-low', { instances: '128', watches: '8192', nodes: '4' }), action: 'raise-inotify' }]
  unmount()
  renderAt(<FirstCluster />, 'zh-CN')
  expect(await screen.findByText('本机的检查结果')).toBeTruthy()
  // What helps is one press away.
  expect(within(screen.getByRole('region', { name: '本机的检查结果' })).getByRole('button')).toBeTruthy()
})

const bad = [
  ['', problem('name-empty'), /Give the cluster a name/, /请给集群起个名称/],
  ['Shop', problem('name-upper-case', { name: 'Shop', suggestion: 'shop' }), /capital letters/, /大写字母/],
  ['-x', problem('name-leading-dash', { name: '-x', suggestion: 'x' }), /begins with a dash/, /以短横线开头/],
  ['a_b', problem('name-invalid', { name: 'a_b', suggestion: 'a-b' }), /characters that are not possible/, /不允许的字符/],
  ['old', problem('name-taken', { name: 'old', suggestion: 'old-2' }), /named old is already there/, /已有名为 old 的集群/],
  [
    'x'.repeat(60),
    problem('name-too-long', { name: 'x', length: 60, max: 50 }),
    /60 characters long, 50 are possible/,
    /有 60 个字符，最多 50 个/,
  ],
] as const

test.each(bad)(
  'the bad name “%s” is explained as it is typed, in both languages, and cannot be created',
  async (name, reason, english, chinese) => {
    world.problems = (asked) => (asked === name ? [reason] : [])
    for (const [language, words, label] of [
      ['en', english, 'Name'],
      ['zh-CN', chinese, '名称'],
    ] as const) {
      renderAt(<FirstCluster />, language)
      const input = await screen.findByRole('textbox', { name: label })
      fireEvent.change(input, { target: { value: name } })
      expect(await screen.findByText(words)).toBeTruthy()
      expect(input.getAttribute('aria-invalid')).toBe('true')
      fireEvent.keyDown(input, { key: 'Enter' })
      cleanup()
    }
    expect(made()).toEqual([])
  },
)

test('the way out of a bad name is a button', async () => {
  world.problems = (asked) => (asked === 'Shop' ? [problem('name-upper-case', { name: 'Shop', suggestion: 'shop' })] : [])
  renderAt(<FirstCluster />)
  fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'Shop' } })
  await userEvent.click(await screen.findByRole('button', { name: 'Use shop' }))
  expect((screen.getByRole('textbox', { name: 'Name' }) as HTMLInputElement).value).toBe('shop')
  await waitFor(() => expect(screen.queryByText(/capital letters/)).toBeNull())
})

test('Enter of an input method picks a word and does not create; the next Enter does', async () => {
  renderAt(<FirstCluster />)
  const input = await screen.findByRole('textbox', { name: 'Name' })
  fireEvent.keyDown(input, { key: 'Enter', isComposing: true })
  fireEvent.keyDown(input, { key: 'Enter', keyCode: 229 })
  expect(made()).toEqual([])
  fireEvent.keyDown(input, { key: 'Enter' })
  await waitFor(() => expect(made()).toHaveLength(1))
})

test('a stopped engine says what is wrong and what to do, and nothing can be created', async () => {
  world.engine = engine({
    state: 'stopped',
    error: problem('engine-stopped', { endpoint: 'unix:///var/run/docker.sock' }),
    advice: [{ id: 'start-docker-systemd', commands: ['sudo systemctl start docker'] }],
  })
  renderAt(<FirstCluster />)
  expect(await screen.findByText('The container engine does not run')).toBeTruthy()
  expect(screen.getByText('Nothing answers at unix:///var/run/docker.sock.')).toBeTruthy()
  expect(screen.getByText('sudo systemctl start docker')).toBeTruthy()
  expect((screen.getByRole('button', { name: 'Create cluster' }) as HTMLButtonElement).disabled).toBe(true)
  await userEvent.click(screen.getByRole('button', { name: 'Check again' }))
  await waitFor(() => expect(calls.some((call) => call.name === 'toolchain.refresh')).toBe(true))
})

test('a taken port names its holder and offers a free one', async () => {
  world.problems = () => [problem('port-taken', { port: 8080, holder: 'nginx (pid 4711)', free: 8081 })]
  renderAt(<FirstCluster />)
  await userEvent.click(await screen.findByRole('button', { name: 'More: nodes and ports' }))
  await userEvent.click(screen.getByRole('button', { name: 'Add port mapping' }))
  expect(await screen.findByText(/Port 8080 of this machine is taken by nginx \(pid 4711\)/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Use port 8081' }))
  expect((screen.getByRole('textbox', { name: 'Port of this machine' }) as HTMLInputElement).value).toBe('8081')
})
