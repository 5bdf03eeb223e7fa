import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { execa } from 'execa'

/** What real-cluster tests stand on. Chosen once per run and printed; `none` skips them by name with the reason. */
export type Ground =
  | {
      readonly kind: 'kit' | 'engine'
      readonly nodeImage: string
      /** Of another Kubernetes version; null: none without a registry. */
      readonly olderNodeImage: string | null
      readonly sampleImage: string | null
      readonly mirror: string | null
      readonly path: string
      readonly cgroup: string
    }
  | { readonly kind: 'none'; readonly reason: string }

const root = resolve(import.meta.dirname, '../..')

/** A public node image of kind 0.33.0 that also starts on cgroup v1 (https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0). */
const publicNodeImage = 'kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d'

export async function chooseGround(): Promise<Ground> {
  const missing = await kitMisses()
  if (missing === null) return kit()
  const engine = await execa('docker', ['version', '--format', '{{.Server.Version}}'], { reject: false })
  if (engine.exitCode !== 0) return { kind: 'none', reason: `the kit needs ${missing}, and no Docker engine answers` }
  const image = await execa('docker', ['image', 'inspect', publicNodeImage], { reject: false })
  const pulled =
    image.exitCode === 0 ? image : await execa('docker', ['pull', '--quiet', publicNodeImage], { reject: false, timeout: 600_000 })
  if (pulled.exitCode !== 0)
    return { kind: 'none', reason: `the kit needs ${missing}, and the Docker engine cannot pull ${publicNodeImage}` }
  return {
    kind: 'engine',
    nodeImage: publicNodeImage,
    olderNodeImage: null,
    sampleImage: null,
    mirror: null,
    path: process.env['PATH'] ?? '',
    cgroup: await cgroupVersion(),
  }
}

async function kit(): Promise<Ground> {
  const script =
    'eval "$("$0" 1.33)" && printf "%s\\n" "$PATH" "$COVE_KIT_NODE_IMAGE" "$COVE_KIT_SAMPLE_IMAGE" "$COVE_KIT_MIRROR" "$COVE_KIT_OLDER_NODE_IMAGE" "$COVE_KIT_CACHE"'
  const { stdout } = await execa('bash', ['-c', script, join(root, 'e2e/real-cluster/up')], { stdin: 'ignore', stderr: 'inherit' })
  const [path = '', nodeImage = '', sampleImage = '', mirror = '', olderNodeImage = '', cache = ''] = stdout.split('\n').slice(-6)
  // For whoever takes programs out of it: in a home with blanks in its path it is elsewhere.
  process.env['COVE_KIT_CACHE'] = cache
  return { kind: 'kit', nodeImage, olderNodeImage, sampleImage, mirror, path, cgroup: await cgroupVersion() }
}

async function kitMisses(): Promise<string | null> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  if (!/^ID=debian$/m.test(release) || process.arch !== 'x64') return 'Debian on x64'
  if (process.getuid?.() !== 0) return 'root'
  const found = await Promise.all(
    (process.env['PATH'] ?? '').split(delimiter).map((folder) =>
      access(join(folder, 'go'), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true) ? null : 'Go'
}

async function cgroupVersion(): Promise<string> {
  return (await execa('docker', ['info', '--format', '{{.CgroupVersion}}'], { reject: false })).stdout || 'unknown'
}

const variable = 'COVE_TEST_GROUND'

/** Chooses, prints and hands the ground to the test workers, which inherit this process's environment. */
export async function prepareGround(): Promise<Ground> {
  const ground = await chooseGround()
  process.env[variable] = JSON.stringify(ground)
  const words =
    ground.kind === 'none'
      ? `none: ${ground.reason}; real-cluster tests are skipped`
      : `${ground.kind}, ${ground.nodeImage}, cgroup v${ground.cgroup}`
  console.log(`cove: ground for real clusters: ${words}`)
  return ground
}

export function ground(): Ground {
  return JSON.parse(process.env[variable] ?? '{"kind":"none","reason":"global set-up did not run"}') as Ground
}
