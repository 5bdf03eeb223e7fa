import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, toolEnvironment } from './setup.mjs'

/** Runs one command to its end with our tools on PATH and no stdin. Answers whether it exited 0. */
export function run(node, argv, { env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, argv, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: toolEnvironment(env) })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

/** The same, with what it says kept: for several at once. */
export function runQuietly(node, argv) {
  return new Promise((resolve) => {
    const child = spawn(node, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: toolEnvironment() })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
    child.on('error', (error) => resolve({ ok: false, said: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, said: said.trimEnd() }))
  })
}

/** Sets up what real-cluster tests stand on: its kind, and where the kit keeps what it built. null: that failed; its output is above. */
export function prepareGround(node) {
  return inFolder(async (folder) => {
    const answer = join(folder, 'ground.json')
    const ok = await run(node, ['--disable-warning=ExperimentalWarning', 'e2e/support/prepare-ground.ts', answer])
    return ok ? JSON.parse(readFileSync(answer, 'utf8')) : null
  })
}

/** Runs vitest and counts its tests; a run that dies without a report is one failure. Why a unit test is skipped stands in its name. */
export function vitest(node, args, { again = false } = {}) {
  return withReport(async (file) => {
    // As with those of Playwright: one of thousands that fails by the machine's load is tried again, and named.
    const retry = again ? ['--retry=1'] : []
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const ok = await run(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...retry, ...args])
    const report = JSON.parse(readFileSync(file, 'utf8'))
    // What failed before it passed is still said of it.
    for (const { name, assertionResults } of report.testResults)
      for (const each of assertionResults)
        if (each.status === 'passed' && each.failureMessages.length > 0) sayFlaky(`${relative(root, name)}: ${each.fullName}`)
    // A test file that does not even load has no tests in it.
    const files = report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0)
    const failed = report.numFailedTests + files.length
    return {
      passed: report.numPassedTests,
      failed: failed + (ok || failed > 0 ? 0 : 1),
      broken: [
        ...report.testResults.flatMap(({ name, assertionResults }) =>
          assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
        ),
        ...files.map(({ name }) => relative(root, name)),
        ...(ok || failed > 0 ? [] : ['an error outside of its tests, told above']),
      ],
      skipped: report.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status !== 'passed' && status !== 'failed')
          .map(({ fullName }) => ({ name: relative(root, name), reason: fullName })),
      ),
    }
  })
}

/** Runs Playwright and counts its tests. */
export function playwright(node, args) {
  return withReport(async (file) => {
    const ok = await run(node, ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json', ...args], {
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, COVE_WHOLE_RUN: '1' },
    })
    const { stats, errors, suites } = JSON.parse(readFileSync(file, 'utf8'))
    for (const title of titlesOf('flaky', suites)) sayFlaky(title)
    const failed = stats.unexpected + errors.length
    return {
      passed: stats.expected + stats.flaky,
      failed: failed + (ok || failed > 0 ? 0 : 1),
      broken: titlesOf('unexpected', suites),
      skipped: skippedIn(suites),
    }
  })
}

const sayFlaky = (title) => console.log(`cove: FLAKY, passed at the second try only, to be looked at: ${title}`)

/** Each with the words of its `test.skip`; without any it was not reached, as what it builds on had failed. */
function skippedIn(suites = []) {
  return suites.flatMap((suite) => [
    ...skippedIn(suite.suites),
    ...suite.specs.flatMap((spec) =>
      spec.tests
        .filter(({ status }) => status === 'skipped')
        .map(({ annotations }) => ({
          name: `${spec.file}: ${spec.title}`,
          reason: annotations.find(({ type }) => type === 'skip')?.description ?? 'not reached',
        })),
    ),
  ])
}

/** The tests that ended in this way. */
function titlesOf(status, suites = []) {
  return suites.flatMap((suite) => [
    ...titlesOf(status, suite.suites),
    ...suite.specs.filter((spec) => spec.tests.some((test) => test.status === status)).map((spec) => `${spec.file}: ${spec.title}`),
  ])
}

function withReport(work) {
  return inFolder(async (folder) => {
    try {
      return await work(join(folder, 'report.json'))
    } catch (error) {
      console.error(`cove: no readable report: ${error.message}`)
      return { passed: 0, failed: 1 }
    }
  })
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'cove-report-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
