import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ImageDetails } from '#shared/contract/downloads.ts'
import { AppError } from '../error.ts'
import { answerProblem } from '../toolchain/fetch/answer.ts'
import { isLoopback, shownUrl } from '../toolchain/fetch/address.ts'
import type { HttpClient, HttpResponse } from '../toolchain/fetch/http.ts'
import { wholeAnswer } from '../toolchain/fetch/whole-answer.ts'

export type RegistryImage = { readonly ref: string; readonly path: string; readonly tag: string }

const index = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }).optional() })),
})
const single = z.object({ config: z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }) })
const config = z.object({ os: z.string(), architecture: z.string() })
const token = z.object({ token: z.string().optional(), access_token: z.string().optional() })

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')
/** What the specification asks registries to take: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests */
const maxBytes = 4_194_304

/**
 * Asks a registry what a tag stands for (OCI distribution API): digest of its index, and each system and architecture with a digest of its own. The digest is counted from
 * the bytes, not taken from a header. Throws `registry-unreachable`, `registry-rate-limited`, `image-not-found`, `download-*`, `cancelled`.
 */
export async function askRegistry(
  http: HttpClient,
  base: URL,
  { ref, path, tag }: RegistryImage,
  signal: AbortSignal,
): Promise<Omit<ImageDetails, 'error'>> {
  const host = base.host
  try {
    const at = (what: string) => new URL(`/v2/${path}/${what}`, base)
    const { body, credentials } = await manifest(http, at(`manifests/${tag}`), signal)
    const digest = digestOf(body)
    const found = index.safeParse(json(body))
    if (found.success) {
      // What proves where an image came from stands in the index as `unknown/unknown`.
      const platforms = found.data.manifests.flatMap(({ digest: own, platform }) =>
        platform && platform.os !== 'unknown' ? [{ os: platform.os, arch: platform.architecture, digest: own }] : [],
      )
      return { ref, digest, platforms }
    }
    const one = single.safeParse(json(body))
    if (!one.success) throw new AppError('registry-unreachable', { registry: host, reason: 'its answer is no manifest' })
    const blob = await read(await http.get(at(`blobs/${one.data.config.digest}`), credentials, signal), host)
    const of = digestOf(blob) === one.data.config.digest ? config.safeParse(json(blob)) : null
    return { ref, digest, platforms: of?.success ? [{ os: of.data.os, arch: of.data.architecture, digest }] : [] }
  } catch (error) {
    throw said(error, ref, host)
  }
}

type Asked = { readonly body: Buffer; readonly credentials: Readonly<Record<string, string>> }

async function manifest(http: HttpClient, url: URL, signal: AbortSignal): Promise<Asked> {
  const first = await http.get(url, { Accept: accept }, signal)
  const challenge = first.status === 401 ? (first.headers['www-authenticate'] ?? '') : null
  if (challenge === null) return { body: await read(first, url.host), credentials: {} }
  first.close()
  const credentials = { Authorization: `Bearer ${await anonymousToken(http, challenge, url, signal)}` }
  return { body: await read(await http.get(url, { Accept: accept, ...credentials }, signal), url.host), credentials }
}

/** As docker does without a sign-in: https://distribution.github.io/distribution/spec/auth/token/ */
async function anonymousToken(http: HttpClient, challenge: string, url: URL, signal: AbortSignal): Promise<string> {
  const refused = (reason: string) => new AppError('registry-unreachable', { registry: url.host, reason })
  if (!/^bearer /i.test(challenge)) throw refused('it asks for a sign-in')
  const parameters = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]))
  const { realm = '', service, scope } = parameters as Partial<Record<'realm' | 'service' | 'scope', string>>
  if (!URL.canParse(realm)) throw refused('it names no place for tokens')
  const at = new URL(realm)
  if (at.protocol !== 'https:' && !(at.protocol === 'http:' && isLoopback(at) && isLoopback(url)))
    throw new AppError('download-insecure-redirect', { url: shownUrl(url), to: shownUrl(at) })
  if (service !== undefined) at.searchParams.set('service', service)
  if (scope !== undefined) at.searchParams.set('scope', scope)
  const response = await http.get(at, {}, signal)
  const answer = token.safeParse(json(await read(response, url.host)))
  const given = answer.data?.token ?? answer.data?.access_token
  if (given === undefined) throw refused('it gave no token')
  return given
}

async function read(response: HttpResponse, host: string): Promise<Buffer> {
  const tooLong = () => new AppError('registry-unreachable', { registry: host, reason: `its answer is longer than ${maxBytes} bytes` })
  return wholeAnswer(
    response,
    maxBytes,
    tooLong,
    response.status === 200 ? pageInstead(response, host) : answerProblem(response, Date.now()),
  )
}

/** A sign-in page of the network. JSON is what is asked for here, so `answerProblem` cannot say. */
function pageInstead({ headers, url }: HttpResponse, host: string): AppError | null {
  const type = headers['content-type'] ?? ''
  return /html/i.test(type) ? new AppError('registry-unreachable', { registry: host, reason: `${shownUrl(url)} sent ${type}` }) : null
}

function said(error: unknown, ref: string, registry: string): unknown {
  if (!(error instanceof AppError)) return error
  switch (error.code) {
    case 'download-not-found':
      return new AppError('image-not-found', { image: ref }, { cause: error })
    case 'download-rate-limited':
      return new AppError('registry-rate-limited', { registry }, { cause: error })
    case 'download-unreachable':
    case 'download-truncated':
    case 'download-stalled':
      return new AppError('registry-unreachable', { registry, reason: reasonOf(error) }, { cause: error })
    default:
      return error
  }
}

const reasonOf = ({ code, facts }: AppError): string =>
  'reason' in facts ? String(facts.reason) : code === 'download-stalled' ? 'it stands still' : 'its answer broke off'

function digestOf(body: Buffer): string {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`
}

function json(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
