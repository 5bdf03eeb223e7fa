import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { createLineSource, type LineSource } from './line-source.ts'
import { loopbackTls } from './loopback-tls.ts'
import { createObjects } from './objects.ts'
import type { LogScript, ScriptedContainer } from './script.ts'

// A Kubernetes API that serves what a log view needs and replays scripted logs. Reads its script from stdin, prints its port.
// It knows of GET only what is below; anything else is answered 404 as the API does.

const script = (await json(process.stdin)) as LogScript
const opened = new Date(Math.floor(Date.now() / 1000) * 1000)
const objects = createObjects(script, opened)
let started: number | null = null
const micros = () => Math.floor((performance.timeOrigin + performance.now()) * 1000)

type Run = { readonly container: ScriptedContainer; readonly present: LineSource; readonly previous: LineSource | null }
const runs = new Map<string, Run>()
for (const pod of script.pods)
  for (const container of pod.containers) {
    const seed = runs.size
    const source = (log: ScriptedContainer['log'], start: () => number | null) =>
      createLineSource(log, seed, opened.getTime() * 1000, start)
    runs.set(`/api/v1/namespaces/${pod.namespace ?? 'default'}/pods/${pod.name}/${container.name}`, {
      container,
      present: source(container.log, () => started),
      previous: container.previous ? source(container.previous, () => null) : null,
    })
  }

/** Ends one stream that is followed, as a network would. */
const knives = new Set<() => void>()
let streams = 0

const handle = (request: IncomingMessage, response: ServerResponse) => {
  const url = new URL(request.url ?? '/', 'http://api')
  const path = decodeURIComponent(url.pathname)
  if (path === '/scripted/start') {
    started ??= micros()
    return answer(response, 200, { started })
  }
  if (path === '/scripted/streams') return answer(response, 200, String(streams))
  if (path === '/scripted/cut') {
    for (const cut of knives) cut()
    return answer(response, 200, {})
  }
  if (script.token !== undefined && request.headers.authorization !== `Bearer ${script.token}`)
    return answer(response, 401, failure(401, 'Unauthorized', 'Unauthorized'))
  if (script.delayMs === undefined) return serve(path, url.searchParams, request, response)
  setTimeout(() => serve(path, url.searchParams, request, response), script.delayMs)
}
// kubectl hands a token to nobody but over TLS: https://github.com/kubernetes/client-go/blob/v0.34.4/tools/clientcmd/client_config.go, IsConfigTransportTLS
const server = script.token === undefined ? createServer(handle) : createSecureServer(loopbackTls(), handle)
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))

function serve(path: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
  const log = /^(\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+)\/log$/.exec(path)?.[1]
  if (log) return serveLog(log, query, request, response)
  const document = objects.documents.get(path)
  if (document !== undefined) return answer(response, 200, document)
  const list = objects.list(path)
  if (list) return serveList(list, query, response)
  const above = objects.list(path.slice(0, path.lastIndexOf('/')))
  const one = above?.items.find((each) => each.metadata.name === path.slice(path.lastIndexOf('/') + 1))
  if (above && one) return answer(response, 200, { apiVersion: above.apiVersion, kind: above.kind, ...one })
  answer(response, 404, failure(404, 'NotFound', `${path} not found`))
}

function serveLog(pod: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
  const first = script.pods.find((each) => pod.endsWith(`/namespaces/${each.namespace ?? 'default'}/pods/${each.name}`))?.containers[0]
  const run = runs.get(`${pod}/${query.get('container') ?? first?.name}`)
  if (!run) return answer(response, 404, failure(404, 'NotFound', `${pod} not found`))
  const { refused } = run.container
  if (refused) return answer(response, refused.code, failure(refused.code, refused.reason, refused.message))
  const source = query.get('previous') === 'true' ? run.previous : run.present
  if (!source) return answer(response, 400, failure(400, 'BadRequest', `previous terminated container "${run.container.name}" not found`))
  // The log of a container that does not run ends, as from the kubelet.
  const state = (run.container.status?.['state'] ?? { running: true }) as Record<string, unknown>
  const follows = query.get('follow') === 'true' && source === run.present && 'running' in state
  const stamps = query.get('timestamps') === 'true'
  let at = beginning(source, query)

  response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache' })
  response.flushHeaders()
  let timer: NodeJS.Timeout | undefined
  const write = () => {
    const end = source.countAt(micros())
    while (at < end) {
      const { bytes, next } = source.read(at, end, stamps)
      at = next
      if (!response.write(bytes)) return void response.once('drain', write)
    }
    if (!follows) return void response.end()
    timer = setTimeout(write, 10)
  }
  write()
  if (!follows) return
  streams += 1
  const { cut } = run.container
  const end = (how: 'end' | 'reset') => {
    clearTimeout(timer)
    response.off('drain', write)
    if (how === 'end') response.end()
    else request.socket.resetAndDestroy()
  }
  const knife = cut ? setTimeout(() => end(cut.how), cut.everyMs) : undefined
  const reset = () => end('reset')
  knives.add(reset)
  response.once('close', () => {
    knives.delete(reset)
    clearTimeout(timer)
    clearTimeout(knife)
  })
}

/** As the kubelet does: the last lines first, then by time; the API server hands whole seconds on. */
function beginning(source: LineSource, query: URLSearchParams): number {
  const count = source.countAt(micros())
  const tail = query.get('tailLines')
  const sinceTime = query.get('sinceTime')
  const seconds = query.get('sinceSeconds')
  let at = tail === null ? 0 : Math.max(0, count - Number(tail))
  const since =
    sinceTime !== null
      ? Math.floor(Date.parse(sinceTime) / 1000) * 1_000_000
      : seconds !== null
        ? micros() - Number(seconds) * 1_000_000
        : Number.NEGATIVE_INFINITY
  let end = count
  while (at < end) {
    const middle = Math.floor((at + end) / 2)
    if (source.timeOf(middle) < since) at = middle + 1
    else end = middle
  }
  return at
}

type List = NonNullable<ReturnType<typeof objects.list>>
function serveList({ kind, apiVersion, items }: List, query: URLSearchParams, response: ServerResponse): void {
  const wanted = items.filter((item) => chosen(item as Chosen, query))
  if (query.get('watch') !== 'true')
    return answer(response, 200, { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items: wanted })
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  // Nothing ever changes here: whoever has seen version 1 has seen all.
  if (!Number(query.get('resourceVersion') ?? 0))
    for (const object of wanted) response.write(`${JSON.stringify({ type: 'ADDED', object: { apiVersion, kind, ...object } })}\n`)
}

type Chosen = { metadata: { name: string; namespace?: string; labels?: Record<string, string> } }
function chosen({ metadata }: Chosen, query: URLSearchParams): boolean {
  const terms = (name: string) => (query.get(name) ?? '').split(/,(?![^(]*\))/).filter(Boolean)
  const fields = terms('fieldSelector').every((term) => {
    const [field = '', value = ''] = term.split('=')
    return { 'metadata.name': metadata.name, 'metadata.namespace': metadata.namespace }[field] === value
  })
  return fields && terms('labelSelector').every((term) => hasLabel(metadata.labels ?? {}, term))
}

function hasLabel(labels: Record<string, string>, term: string): boolean {
  const set = /^(\S+) (in|notin) \((.*)\)$/.exec(term)
  if (set) return (set[3] ?? '').split(',').some((each) => each.trim() === labels[set[1] ?? '']) === (set[2] === 'in')
  const equal = /^([^!=]+)(==|=|!=)(.*)$/.exec(term)
  if (equal) return (labels[equal[1] ?? ''] === equal[3]) === (equal[2] !== '!=')
  return term.startsWith('!') ? !(term.slice(1) in labels) : term in labels
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }).end(text)
}

function failure(code: number, reason: string, message: string) {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }
}
