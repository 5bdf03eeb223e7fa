import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'

/** A kubectl that says its version, and of whatever server it is sent to the version that the kubeconfig's file name holds: enough for everything that no cluster is needed for. */
export const scriptedKubectl = (version: string, server: string) => `#!/bin/sh
case "$*" in
*--raw=/version*) echo '{"gitVersion":"${server}"}' ;;
*) echo '{"clientVersion":{"gitVersion":"${version}"}}' ;;
esac
`

/** Lays out a folder like the public download site, with small programs for kubectl; the last version is the newest. */
export async function writeReleases(folder: string, versions: readonly string[], server: string): Promise<void> {
  for (const version of versions) {
    const file = join(folder, 'release', version, 'bin', 'linux', arch, 'kubectl')
    const text = scriptedKubectl(version, server)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    await writeFile(`${file}.sha256`, createHash('sha256').update(text).digest('hex'))
  }
  await writeFile(join(folder, 'release', 'stable.txt'), versions.at(-1) ?? '')
}
