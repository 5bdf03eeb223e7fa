import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { extractFile, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'

// The Electron binary is not fetched for this: electron-builder packs around a generated distribution whose program carries a fuse wire
// of nine fuses, all as Electron ships them, so that what the configuration flips can be read back.
const root = resolve(import.meta.dirname, '../..')
const version = (JSON.parse(await readFile(join(root, 'node_modules/electron/package.json'), 'utf8')) as { version: string }).version
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX' // @electron/fuses, src/constants.ts
const shippedWire = [0x01, 0x09, ...Buffer.from('101100111')]

let work = ''
let app = ''

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'cove-package-'))
  const dist = join(work, 'electron')
  await mkdir(join(dist, 'resources'), { recursive: true })
  await mkdir(join(dist, 'locales'))
  const program = Buffer.concat([
    Buffer.from('\x7fELF'),
    Buffer.alloc(64),
    Buffer.from(sentinel),
    Buffer.from(shippedWire),
    Buffer.alloc(64),
  ])
  await writeFile(join(dist, 'electron'), program)
  await chmod(join(dist, 'electron'), 0o755)
  await writeFile(join(dist, 'version'), version)
  await writeFile(join(dist, 'LICENSE'), 'generated for a test\n')
  await writeFile(join(dist, 'LICENSES.chromium.html'), '<p>generated for a test</p>\n')
  // No default_app.asar: electron-builder takes it out of a distribution that it fetched itself, and leaves one that it is given as it is.
  const output = join(work, 'dist')
  await execa(
    process.execPath,
    [
      'node_modules/electron-builder/cli.js',
      '--config',
      'electron-builder.yml',
      '--publish',
      'never',
      '--linux',
      '--x64',
      '--dir',
      `-c.electronDist=${dist}`,
      `-c.directories.output=${output}`,
    ],
    { cwd: root, env: { CI: 'true' }, stdin: 'ignore' },
  )
  app = join(output, 'linux-unpacked')
})
afterAll(() => rm(work, { recursive: true, force: true }))

describe('the packaged app', () => {
  test('holds the built entries and nothing of the workshop', () => {
    const files = listPackage(join(app, 'resources/app.asar'), { isPack: false }).map((file) => file.replaceAll('\\', '/'))
    expect(files).toEqual(
      expect.arrayContaining(['/package.json', '/out/main/electron.js', '/out/preload/index.cjs', '/out/renderer/index.html']),
    )
    // The fonts too: nothing is fetched for a page.
    for (const font of [/inter.*\.woff2$/i, /jetbrains.*\.woff2$/i]) expect(files.filter((file) => font.test(file))).not.toEqual([])
    const strange = files.filter((file) => !/^\/(package\.json|out(\/(main|preload|renderer)(\/.*)?)?)$/.test(file))
    expect(strange).toEqual([])
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([])
  })

  test('starts at the entry that its package.json names', () => {
    const manifest = JSON.parse(extractFile(join(app, 'resources/app.asar'), 'package.json').toString()) as { main: string }
    expect(extractFile(join(app, 'resources/app.asar'), manifest.main).length).toBeGreaterThan(1000)
  })

  test('keeps its resources folder to the archive and what Electron needs', async () => {
    expect((await readdir(join(app, 'resources'))).filter((name) => !/^(app\.asar|app-update\.yml)$/.test(name))).toEqual([])
  })

  test('has every fuse set', async () => {
    const program = (await readdir(app)).find((name) => name.toLowerCase() === 'cove')
    const wire = await getCurrentFuseWire(join(app, program ?? 'cove'))
    const state = (option: FuseV1Options) => (wire[option] === FuseState.ENABLE ? 'on' : 'off')
    expect({
      runAsNode: state(FuseV1Options.RunAsNode),
      cookieEncryption: state(FuseV1Options.EnableCookieEncryption),
      nodeOptions: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: state(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: 'off',
      cookieEncryption: 'on',
      nodeOptions: 'off',
      inspect: 'off',
      asarIntegrity: 'on',
      onlyAsar: 'on',
      fileProtocol: 'off',
    })
  })
})

// Only this system's unpacked app is built above: installers need their systems, and dpkg, hdiutil or NSIS.
test('every system has its installers configured, with icons and entitlements that are there', async () => {
  type System = {
    readonly target: readonly string[]
    readonly icon?: string
    readonly entitlements?: string
    readonly entitlementsInherit?: string
  }
  const { linux, mac, win } = parse(await readFile(join(root, 'electron-builder.yml'), 'utf8')) as Record<'linux' | 'mac' | 'win', System>
  expect({ linux: linux.target, mac: mac.target, win: win.target }).toEqual({ linux: ['deb', 'AppImage'], mac: ['dmg'], win: ['nsis'] })
  for (const file of [linux.icon, mac.entitlements, mac.entitlementsInherit])
    expect((await readFile(join(root, file ?? 'not named'))).length).toBeGreaterThan(100)
})
