import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, toolEnvironment } from './setup.mjs'

/** Runs one command to its end with our tools on PATH and no stdin. Answers whether it exited 0. */
export function run(node, argv, { env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(node, argv, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: toolEnvironment(env) })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

/** Gathers what passed and failed over all steps, and says it in one line. */
export function createTally() {
  const total = { passed: 0, failed: 0, skipped: 0 }
  const add = (name, result, startedAt) => {
    total.passed += result.passed
    total.failed += result.failed
    total.skipped += result.skipped ?? 0
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    console.log(
      `cove: ${name}: ${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''} (${seconds} s)`,
    )
  }
  return {
    total,
    async check(name, work) {
      const startedAt = Date.now()
      console.log(`\ncove: ${name}`)
      const ok = await work()
      add(name, { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }, startedAt)
      return ok
    },
    async suite(name, work) {
      const startedAt = Date.now()
      console.log(`\ncove: ${name}`)
      const result = await work()
      add(name, result, startedAt)
      return result.failed === 0
    },
    close() {
      console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`)
      process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
    },
  }
}

/** Runs vitest and counts its tests; a run that dies without a report is one failure. */
export function vitest(node, args) {
  return withReport(async (file) => {
    const ok = await run(node, [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...args,
    ])
    const report = JSON.parse(readFileSync(file, 'utf8'))
    // A test file that does not even load has no tests in it.
    const files = report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0).length
    const failed = report.numFailedTests + files
    return {
      passed: report.numPassedTests,
      failed: failed + (ok || failed > 0 ? 0 : 1),
      skipped: report.numPendingTests + report.numTodoTests,
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
    for (const title of flakyIn(suites)) console.log(`cove: FLAKY, passed at the second try only, to be looked at: ${title}`)
    const failed = stats.unexpected + errors.length
    return { passed: stats.expected + stats.flaky, failed: failed + (ok || failed > 0 ? 0 : 1), skipped: stats.skipped }
  })
}

function flakyIn(suites = []) {
  return suites.flatMap((suite) => [
    ...flakyIn(suite.suites),
    ...suite.specs.filter((spec) => spec.tests.some((test) => test.status === 'flaky')).map((spec) => `${spec.file}: ${spec.title}`),
  ])
}

async function withReport(work) {
  const folder = mkdtempSync(join(tmpdir(), 'cove-report-'))
  try {
    return await work(join(folder, 'report.json'))
  } catch (error) {
    console.error(`cove: no readable report: ${error.message}`)
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
