import { expect, test } from 'vitest'
import { type WantedDeps, wantedOf } from './wanted.ts'

const [config, target] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`)
const run = { jobId: 'j', signal: new AbortController().signal }

/** What the engine's words on an image come to. */
async function seen(inspect: object) {
  const stdout = `${JSON.stringify({ RepoTags: ['web:1'], Architecture: 'amd64', Size: 12, ...inspect })}\n`
  const exec = { run: async () => ({ id: 'c', exitCode: 0, stdout, stderr: '', cancelled: false, timedOut: false }) }
  const engines = { require: async () => ({ docker: 'docker' }), explain: () => null }
  return (await wantedOf({ exec, engines } as unknown as WantedDeps, { images: ['web:1'] }, run)).images
}

test('whose digest the id of an image is, is told by how the engine keeps its images', async () => {
  const web = { ref: 'docker.io/library/web:1', architecture: 'amd64' }
  // Of a store of its own: the digest of the manifest, where it was pulled by one, is another.
  const own = await seen({ Id: config, RepoDigests: [`web@${target}`] })
  expect(own).toEqual([{ ...web, ids: [config], idsOf: 'configuration' }])
  expect(await seen({ Id: config, RepoDigests: null })).toEqual(own)
  // Of containerd's: Docker 28 says so, those before have the same digest after the name.
  const containerds = [{ ...web, ids: [target], idsOf: 'target' }]
  const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: target, size: 1 }
  expect(await seen({ Id: target, RepoDigests: [], Descriptor: descriptor })).toEqual(containerds)
  expect(await seen({ Id: target, RepoDigests: [`web@${target}`] })).toEqual(containerds)
})
