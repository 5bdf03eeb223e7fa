import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createChanges } from '#core/changes.ts'
import { parseKubeconfig } from './document.ts'
import { createKubeconfig } from './kubeconfig.ts'

// Faults 18, 20, 23 and 25 of the product, with real processes, mounts and signals.

const programs = path.join(import.meta.dirname, 'fixtures', 'programs')
const kind = readFileSync(path.join(import.meta.dirname, 'fixtures', 'kind.yaml'), 'utf8')
const base = readFileSync(path.join(import.meta.dirname, 'fixtures', 'docker-desktop-zh.yaml'), 'utf8')
const isRoot = process.getuid?.() === 0
/** Mounts of our own, without touching the machine's. */
const ownMounts = isRoot ? ['-m'] : ['-r', '-m']
const canMount = process.platform === 'linux' && (await execa('unshare', [...ownMounts, 'true'], { reject: false })).exitCode === 0

let home = ''
let file = ''
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'cove 故障 '))
  mkdirSync(path.join(home, '.kube'))
  file = path.join(home, '.kube', 'config')
  writeFileSync(file, base)
})
afterEach(() => {
  chmodSync(path.join(home, '.kube'), 0o700)
  rmSync(home, { recursive: true, force: true })
})

type Outcome = { readonly ok: boolean; readonly code?: string; readonly facts?: Record<string, unknown> }
type Task = { readonly call: string; readonly args: readonly unknown[]; readonly killAt?: string; readonly lockWaitMs?: number }

const taskOf = (task: Task): string => JSON.stringify({ file, dataDir: path.join(home, 'data'), ...task })
const built = mkdtempSync(path.join(tmpdir(), 'cove-writer-'))
/** One bundle starts three times as fast as its sources, and there are 200 starts below. */
const writer = path.join(built, 'writer.mjs')
beforeAll(async () => {
  const entry = path.join(programs, 'writer.ts')
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir: built, emptyOutDir: false, rolldownOptions: { output: { entryFileNames: 'writer.mjs' } } },
    ssr: { noExternal: true },
  })
})
afterAll(() => rmSync(built, { recursive: true, force: true }))

async function cove(task: Task): Promise<Outcome> {
  return JSON.parse((await execa(process.execPath, [writer, taskOf(task)])).stdout) as Outcome
}

/** A writer in a mount namespace that `setup` prepared; what is at $FILE afterwards there is the second answer. */
async function coveBehind(
  setup: string,
  task: Task,
): Promise<{ readonly outcome: Outcome; readonly after: string; readonly left: string[] }> {
  const script = `set -e; ${setup}; "$NODE" "$WRITER" "$TASK"; echo @@@@; ls -A "$DIR"; echo @@@@; cat "$FILE"`
  const { stdout } = await execa('unshare', [...ownMounts, 'sh', '-c', script], {
    env: {
      FILE: file,
      DIR: path.dirname(file),
      NODE: process.execPath,
      WRITER: writer,
      TASK: taskOf(task),
      ORIGINAL: path.join(home, 'original'),
    },
    stripFinalNewline: false,
  })
  const [outcome = '', left = '', after = ''] = stdout.split('@@@@\n')
  return { outcome: JSON.parse(outcome) as Outcome, after, left: left.trim().split('\n') }
}

const merge: Task = { call: 'merge', args: [kind, { replace: false, use: true, reason: 'test' }] }
const use: Task = { call: 'use', args: [{ file: '', name: '测试' }] }
const useHere = (): Task => ({ ...use, args: [{ file, name: '测试' }] })

describe('18 read-only (mounts need Linux with unshare)', () => {
  it.runIf(canMount).each([
    ['a file that is a read-only bind mount', 'mount --bind "$FILE" "$FILE"; mount -o remount,bind,ro "$FILE"'],
    ['a folder that is a read-only bind mount', 'mount --bind "$DIR" "$DIR"; mount -o remount,bind,ro "$DIR"'],
  ])('%s', async (_name, setup) => {
    for (const task of [
      merge,
      useHere(),
      { call: 'remove', args: [{ file, name: '测试' }, 'test'] },
      { call: 'checkWritable', args: [] },
    ]) {
      const { outcome, after, left } = await coveBehind(setup, task)
      expect(outcome).toMatchObject({ ok: false, code: 'kubeconfig-read-only', facts: { file } })
      expect([after, left]).toEqual([base, ['config']])
    }
  })

  it.runIf(canMount)('a writable bind mount of one file, which cannot be renamed over, is written in place with a backup', async () => {
    const { outcome, after, left } = await coveBehind('cp "$FILE" "$ORIGINAL"; mount --bind "$ORIGINAL" "$FILE"', useHere())
    expect(outcome).toEqual({ ok: true })
    expect([after, left]).toEqual([base.replace('current-context: docker-desktop', 'current-context: "测试"'), ['config']])
    expect(readFileSync(path.join(home, 'original'), 'utf8')).toBe(after)
    const backups = path.join(home, 'data', 'backups')
    const kept = readdirSync(backups).filter((name) => name.endsWith('.bak'))
    expect(kept.map((name) => readFileSync(path.join(backups, name), 'utf8'))).toEqual([base])
  })

  it('permissions of the file and of its folder, as somebody who is not root', async () => {
    const user = isRoot ? { uid: 65534, gid: 65534 } : {}
    const everything = async (): Promise<unknown[]> =>
      await Promise.all(
        [merge, useHere()].map(
          async (task) => JSON.parse((await execa(process.execPath, [writer, taskOf(task)], { ...user })).stdout) as unknown,
        ),
      )
    const refused = { ok: false, code: 'kubeconfig-read-only', facts: { file } }
    chmodSync(home, 0o755)
    chmodSync(built, 0o755)
    if (isRoot) for (const place of [home, path.dirname(file), file]) chownSync(place, 65534, 65534)
    chmodSync(file, 0o400)
    expect(await everything()).toMatchObject([refused, refused])
    chmodSync(file, 0o600)
    chmodSync(path.dirname(file), 0o500)
    expect(await everything()).toMatchObject([refused, refused])
    expect([readFileSync(file, 'utf8'), readdirSync(path.dirname(file))]).toEqual([base, ['config']])
  })
})

describe.runIf(canMount)('23 disk full (needs Linux with unshare, which mounts)', () => {
  const tmpfs = 'cp "$FILE" "$ORIGINAL"; mount -t tmpfs -o size=64k t "$DIR"; cp "$ORIGINAL" "$FILE"'
  it('of the kubeconfig: the original is whole, and nothing is left behind', async () => {
    const { outcome, after, left } = await coveBehind(`${tmpfs}; dd if=/dev/zero of="$DIR/ballast" bs=4k 2>/dev/null || true`, merge)
    expect(outcome).toMatchObject({ ok: false, code: 'disk-full' })
    expect([after, left]).toEqual([base, ['ballast', 'config']])
  })

  it('while the new text is being written', async () => {
    const large = { ...merge, args: [kind.replace(/client-key-data: .*/, `client-key-data: ${'A'.repeat(80_000)}`), merge.args[1]] }
    const { outcome, after, left } = await coveBehind(tmpfs, large)
    expect(outcome).toMatchObject({ ok: false, code: 'disk-full' })
    expect([after, left]).toEqual([base, ['config']])
  })

  it('of the backups: no backup, no write', async () => {
    mkdirSync(path.join(home, 'data', 'backups'), { recursive: true })
    const { outcome, after } = await coveBehind(`mount -t tmpfs -o size=4k,nr_inodes=1 t "${path.join(home, 'data', 'backups')}"`, merge)
    expect(outcome).toMatchObject({ ok: false, code: 'disk-full', facts: { path: path.join(home, 'data', 'backups') } })
    expect(after).toBe(base)
  })

  it('of a bind-mounted file written in place: the old text is put back', async () => {
    const setup = `mkdir "$DIR.small"; mount -t tmpfs -o size=16k t "$DIR.small"; cp "$FILE" "$DIR.small/c"; dd if=/dev/zero of="$DIR.small/b" bs=4k 2>/dev/null || true; mount --bind "$DIR.small/c" "$FILE"`
    const large = { ...merge, args: [kind.replace(/client-key-data: .*/, `client-key-data: ${'A'.repeat(20_000)}`), merge.args[1]] }
    const { outcome, after } = await coveBehind(setup, large)
    expect(outcome).toMatchObject({ ok: false, code: 'disk-full' })
    expect(after).toBe(base)
  })
})

describe('20 changed while editing', () => {
  it('20 writers at once, half of them Cove and half programs that lock and write in place: every one of them is there', async () => {
    const text = kind.replaceAll('kind-dev', 'base')
    writeFileSync(file, `# 保留\n${text}`)
    const ours = async (index: number): Promise<unknown> =>
      await cove({ ...merge, args: [kind.replaceAll('kind-dev', `cove-${index}`), { replace: false, use: false, reason: 'test' }] })
    const foreign = async (index: number): Promise<unknown> => {
      await execa('sh', [path.join(programs, 'foreign.sh'), file, `foreign-${index}`])
      return { ok: true }
    }
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_unused, index) => [ours(index), foreign(index)]).flat())
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => ({ ok: true })))
    const { contexts, clusters } = parseKubeconfig(readFileSync(file, 'utf8'), file).entries
    const names = ['cove', 'foreign'].flatMap((who) => Array.from({ length: 10 }, (_unused, index) => `${who}-${index}`))
    expect([...contexts.keys()].sort()).toEqual(['base', ...names].sort())
    expect(clusters.size).toBe(11)
    expect(readFileSync(file, 'utf8')).toMatch(/^# 保留\n/)
    expect(readdirSync(path.dirname(file))).toEqual(['config'])
  })

  it('20 writes at once in one Cove', async () => {
    const kubeconfig = createKubeconfig({
      env: { KUBECONFIG: file },
      homeDir: home,
      dataDir: path.join(home, 'data'),
      changes: createChanges(),
      probe: async () => ({ state: 'unknown', version: null, tookMs: null, error: null }),
    })
    await Promise.all(
      Array.from({ length: 20 }, (_unused, index) =>
        kubeconfig.merge(kind.replaceAll('kind-dev', `c${index}`), { replace: false, use: false, reason: 'test' }),
      ),
    )
    expect((await kubeconfig.snapshot()).contexts).toHaveLength(22)
  })
})

describe('25 SIGKILL at every step', () => {
  const steps = ['temp-made', 'temp-written', 'temp-synced', 'renamed', 'folder-synced']
  const whole = (text: string): void =>
    expect([base, base.replace('current-context: docker-desktop', 'current-context: "测试"')]).toContain(text)

  it('200 kills, at each step and at any moment: the file is old or new, and a lock left behind is never taken away silently', {
    timeout: 240_000,
  }, async () => {
    const folders = Array.from({ length: 4 }, (_unused, lane) => path.join(home, `lane ${lane}`))
    let renamed = 0
    const seen = { stale: 0, untouched: 0 }
    await Promise.all(
      folders.map(async (folder, lane) => {
        const own = path.join(folder, 'config')
        mkdirSync(folder)
        for (let round = 0; round < 50; round++) {
          writeFileSync(own, base)
          const step = steps[(lane * 50 + round) % (steps.length + 2)]
          const task = JSON.stringify({
            file: own,
            dataDir: path.join(folder, 'data'),
            call: 'use',
            args: [{ file: own, name: '测试' }],
            ...(step === undefined ? {} : { killAt: step }),
          })
          const child = execa(process.execPath, [writer, task], { reject: false })
          const timer = step === undefined ? setTimeout(() => child.kill('SIGKILL'), 40 + Math.random() * 120) : undefined
          const { signal } = await child
          clearTimeout(timer)
          if (step !== undefined) expect(signal).toBe('SIGKILL')
          const after = readFileSync(own, 'utf8')
          whole(after)
          if (after !== base) renamed++
          if (step === 'renamed' || step === 'folder-synced') expect(after).not.toBe(base)
          if (step?.startsWith('temp') === true) expect(after).toBe(base)
          if (readdirSync(folder).includes('config.lock')) {
            seen.stale++
            if (seen.stale <= 3) {
              const next = JSON.parse(
                (
                  await execa(process.execPath, [
                    writer,
                    JSON.stringify({
                      ...(JSON.parse(task) as object),
                      killAt: undefined,
                      args: [{ file: own, name: 'docker-desktop' }],
                      call: after === base ? 'remove' : 'use',
                      lockWaitMs: 100,
                    }),
                  ])
                ).stdout,
              ) as Outcome
              expect(next).toMatchObject({ ok: false, code: 'kubeconfig-locked', facts: { lock: `${own}.lock` } })
              expect([readFileSync(own, 'utf8'), readdirSync(folder).includes('config.lock')]).toEqual([after, true])
            }
            rmSync(`${own}.lock`)
          } else seen.untouched++
        }
        // The next write clears away what the killed ones left.
        writeFileSync(own, base)
        expect(
          JSON.parse(
            (
              await execa(process.execPath, [
                writer,
                JSON.stringify({ file: own, dataDir: path.join(folder, 'data'), call: 'use', args: [{ file: own, name: '测试' }] }),
              ])
            ).stdout,
          ),
        ).toEqual({ ok: true })
        expect(readdirSync(folder).sort()).toEqual(['config', 'data'])
      }),
    )
    expect(seen.stale).toBeGreaterThanOrEqual(140)
    expect(renamed).toBeGreaterThanOrEqual(50)
  })
})
