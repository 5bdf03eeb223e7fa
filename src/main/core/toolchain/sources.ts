import type { Settings } from '#shared/contract/settings.ts'
import type { ToolName } from '#shared/contract/toolchain.ts'
import { AppError } from '../error.ts'
import { buildFor, catalog, parseDigest, type Publisher } from './catalog.ts'
import type { HttpClient } from './fetch/http.ts'
import { isLoopback, shownUrl } from './fetch/address.ts'
import { fetchText } from './fetch/text.ts'
import type { Pins } from './pins.ts'

/** Where one build comes from and how its bytes are known. */
export type Source = {
  readonly tool: ToolName
  readonly version: string
  /** The mirror's address where one is set, else the publisher's. */
  readonly url: URL
  /** The publisher's checksum file: never the mirror's, which could serve bytes of its own with a sum to match. Null: pinned. */
  readonly digestUrl: URL | null
  readonly pin: string | null
  readonly fileName: string
}

type SourceOptions = {
  readonly mirrors: Settings['mirrors']
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pins: Pins
}

const homes: Readonly<Record<Publisher, string>> = { kubernetes: 'https://dl.k8s.io', github: 'https://github.com' }
/** Stand-ins for the publishers themselves, for tests and for networks with a copy of their own that is trusted like them. Unlike a mirror they also give the digests. */
const standIns: Readonly<Record<Publisher, string>> = { kubernetes: 'COVE_PUBLISHER_KUBERNETES', github: 'COVE_PUBLISHER_GITHUB' }

/** Addresses of a build. Throws `download-no-build`, and `settings-invalid` for a mirror that is neither https nor on loopback. Asks nobody. */
export function sourceOf(
  tool: ToolName,
  version: string,
  machine: { readonly os: string; readonly arch: string },
  { mirrors, env, pins }: SourceOptions,
): Source {
  const build = buildFor(tool, version, machine.os, machine.arch)
  if (!build) throw new AppError('download-no-build', { tool, os: machine.os, arch: machine.arch })
  const { publisher, path, digestPath } = build
  // A stand-in publishes its own builds, which no pin of the real ones can know.
  const pin = env[standIns[publisher]] ? null : (pins[path] ?? null)
  return {
    tool,
    version,
    url: fetchUrl(publisher, path, { mirrors, env }),
    digestUrl: pin === null ? publisherUrl(publisher, digestPath, env) : null,
    pin,
    fileName: path.split('/').pop() as string,
  }
}

/** Where the digest comes from, for people: an address, or `pin`. */
export function digestFrom({ digestUrl }: Source): string {
  return digestUrl === null ? 'pin' : shownUrl(digestUrl)
}

/** The digest that the build must have. Throws `download-digest-missing` where the publisher has none, and what a download throws. */
export async function fetchDigest(
  { digestUrl, pin, fileName }: Pick<Source, 'digestUrl' | 'pin' | 'fileName'>,
  http: HttpClient,
  signal: AbortSignal,
): Promise<string> {
  if (pin !== null) return pin
  const url = digestUrl as URL
  let text: string
  try {
    text = await fetchText(http, url, signal)
  } catch (error) {
    if (error instanceof AppError && error.code === 'download-not-found')
      throw new AppError('download-digest-missing', { url: shownUrl(url) }, { cause: error })
    throw error
  }
  const digest = parseDigest(text, fileName)
  if (digest === null) throw new AppError('download-digest-missing', { url: shownUrl(url) })
  return digest
}

/** The publisher's text file that names the newest version of a tool; null where Cove takes the one it knows. */
export function stableUrl(tool: ToolName, env: SourceOptions['env']): URL | null {
  const path = catalog[tool].download?.stablePath
  // From the publisher: a mirror must not be able to say that an old version is the newest.
  return path ? below(publisherBase('kubernetes', env), path) : null
}

/** Where a path of a publisher is fetched from: below its mirror where one is set. Throws `settings-invalid`. */
export function fetchUrl(publisher: Publisher, path: string, { mirrors, env }: Pick<SourceOptions, 'mirrors' | 'env'>): URL {
  const mirror = mirrors[publisher]
  return below(mirror === '' ? publisherBase(publisher, env) : baseUrl(mirror, `mirrors.${publisher}`), path)
}

/** An address of a publisher itself, never of a mirror. */
export function publisherUrl(publisher: Publisher, path: string, env: SourceOptions['env']): URL {
  return below(publisherBase(publisher, env), path)
}

function publisherBase(publisher: Publisher, env: SourceOptions['env']): URL {
  const standIn = env[standIns[publisher]]
  return standIn ? baseUrl(standIn, standIns[publisher]) : new URL(homes[publisher])
}

function baseUrl(address: string, field: string): URL {
  let url: URL
  try {
    url = new URL(address)
  } catch (cause) {
    throw new AppError('settings-invalid', { field }, { cause })
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url
  throw new AppError('settings-invalid', { field })
}

/** Keeps the path of the base: mirrors often live in a folder, as `https://files.example/dl.k8s.io`. */
function below(base: URL, path: string): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`
  url.search = ''
  url.hash = ''
  return url
}
