import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HostAction, HostStep } from '#shared/contract/host-changes.ts'
import { planScript } from './script.ts'

const step = (actions: HostAction[], part: Partial<HostStep> = {}): HostStep => ({
  id: 'test',
  facts: {},
  actions,
  root: false,
  link: null,
  done: false,
  ...part,
})

/** Runs the script as somebody would who copied it into a file. */
function runScript(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cove-script-'))
  try {
    writeFileSync(join(folder, 'plan.sh'), text)
    return execFileSync('sh', [join(folder, 'plan.sh')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const texts = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc
      .array(fc.constantFrom('COVE_END', 'COVE_END_1', '$(id) `id` $HOME', "it's \\", '', '#!/bin/sh', '\tx', 'a\r'), { maxLength: 6 })
      .map((lines) => lines.join('\n')),
  )
  .map((text) => text.replaceAll('\0', ''))
const newLine = fc.boolean()

test('the script leaves the files that the plan says, whatever is in them and whatever they are called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cove script '))
  try {
    const names = fc.constantFrom('plain.conf', "it's a $HOME.conf", 'deep/er/文件', '-rf', 'a;b', '"q"')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, fc.option(texts), newLine, fc.option(fc.constantFrom(0o600, 0o640, 0o755))), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.string(),
        (changes, title) => {
          const files = new Map<string, { text: string | null; mode: number }>()
          const steps = changes.map(([name, content, ends, mode]) => {
            const path = join(folder, name)
            const after = content === null ? null : ends ? `${content}\n` : content
            const before = files.get(path)?.text ?? null
            if (before !== null || after !== null)
              files.set(path, { text: after, mode: mode ?? (before === null ? 0o644 : (files.get(path)?.mode ?? 0)) })
            return step([{ kind: 'file', path, before, after, mode }])
          })
          runScript(planScript(title, steps))
          for (const [path, { text, mode }] of files) {
            if (text === null) expect(() => statSync(path)).toThrow('ENOENT')
            else {
              expect(readFileSync(path, 'utf8')).toBe(text)
              expect(statSync(path).mode & 0o7777).toBe(mode)
            }
            rmSync(path, { force: true })
          }
        },
      ),
      { numRuns: 40 },
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('commands come in order, each word as it is; a check that fails ends it', () => {
  const say = (...words: string[]): HostAction => ({ kind: 'command', argv: ['printf', '[%s]', ...words], undo: null, check: ['true'] })
  expect(runScript(planScript('x', [step([say("it's", '$HOME', 'a b')]), step([say('*', '-n', '')])]))).toBe("[it's][$HOME][a b][*][-n][]")
  const failing: HostAction = { kind: 'command', argv: ['true'], undo: null, check: ['false'] }
  expect(() => runScript(planScript('x', [step([failing]), step([say('never')])]))).toThrow()
})

test('what is so already is left out; root is asked for only where a step needs it; a title runs nothing', () => {
  const run: HostAction = { kind: 'command', argv: ['swapoff', '-a'], undo: null, check: null }
  const text = planScript('fix\necho no\u2028', [
    step([run], { done: true, root: true }),
    step([{ ...run, argv: ['true'] }], { id: 'a\nb', link: 'https://kubernetes.io/docs/\nid' }),
  ])
  expect(text).toBe('#!/bin/sh\n# fix echo no \nset -eu\n\n# 1. a b\n# https://kubernetes.io/docs/ id\ntrue\n')
  const root = planScript('fix', [step([run, { kind: 'file', path: '/etc/x', before: null, after: 'x\n', mode: null }], { root: true })])
  expect(root).toContain('as_root swapoff -a\n')
  expect(root).toContain("as_root tee -- /etc/x >/dev/null <<'COVE_END'\nx\nCOVE_END\nas_root chmod 0644 -- /etc/x\n")
})
