import { describe, expect, it } from 'vitest'
import { explainApiError } from './api-errors.ts'

const about = { context: { file: '/k', name: 'kind-shop' }, server: 'https://127.0.0.1:6443', namespace: 'shop', container: 'app' }
const discovery =
  'E1124 03:00:00.000000 1 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: Get \\"https://127.0.0.1:1/api\\": dial tcp: connection refused"'

describe('explainApiError', () => {
  it.each([
    [
      'The connection to the server 127.0.0.1:43117 was refused - did you specify the right host or port?',
      'api-refused',
      { server: '127.0.0.1:43117' },
    ],
    [
      'Unable to connect to the server: dial tcp: lookup nope.test on 10.0.0.1:53: no such host',
      'api-unreachable',
      { server: about.server, reason: 'dial tcp: lookup nope.test on 10.0.0.1:53: no such host' },
    ],
    [
      'Unable to connect to the server: dial tcp 10.9.9.9:443: i/o timeout',
      'api-unreachable',
      { server: about.server, reason: 'dial tcp 10.9.9.9:443: i/o timeout' },
    ],
    [
      'Unable to connect to the server: net/http: TLS handshake timeout',
      'api-unreachable',
      { server: about.server, reason: 'net/http: TLS handshake timeout' },
    ],
    [
      'Unable to connect to the server: context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'api-unreachable',
      expect.anything(),
    ],
    ['Unable to connect to the server: EOF', 'api-unreachable', { server: about.server, reason: 'EOF' }],
    ['Unable to connect to the server: tls: first record does not look like a TLS handshake', 'api-unreachable', expect.anything()],
    [
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'api-certificate',
      { server: about.server, reason: 'x509: certificate signed by unknown authority' },
    ],
    ['Unable to connect to the server: x509: certificate is valid for 10.96.0.1, not 1.2.3.4', 'api-certificate', expect.anything()],
    [
      'Unable to connect to the server: x509: certificate has expired or is not yet valid: current time 2026-11-24T00:00:00Z is after 2025-01-01T00:00:00Z',
      'api-certificate',
      expect.anything(),
    ],
    ['error: You must be logged in to the server (Unauthorized)', 'api-unauthorized', { context: 'kind-shop' }],
    [
      'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
      'api-unauthorized',
      { context: 'kind-shop' },
    ],
    ['error: EOF', 'api-unauthorized', { context: 'kind-shop' }],
    ['Unable to connect to the server: getting credentials: exec: executable aws not found', 'api-unauthorized', { context: 'kind-shop' }],
    [
      'Error from server (Forbidden): pods is forbidden: User "dev" cannot list resource "pods" in API group "" at the cluster scope',
      'api-forbidden',
      { context: 'kind-shop', reason: 'pods is forbidden: User "dev" cannot list resource "pods" in API group "" at the cluster scope' },
    ],
    ['Error from server (NotFound): pods "zz" not found', 'pod-not-found', { pod: 'zz', namespace: 'shop' }],
    ['error: error from server (NotFound): pods "zz" not found in namespace "shop"', 'pod-not-found', { pod: 'zz', namespace: 'shop' }],
    ['Error from server (NotFound): namespaces "nope" not found', 'not-found', { what: 'namespaces', name: 'nope' }],
    [
      'Error in configuration: context was not found for specified context: kind-shop',
      'context-not-found',
      { file: '/k', name: 'kind-shop' },
    ],
    ['error: context "kind-shop" does not exist', 'context-not-found', { file: '/k', name: 'kind-shop' }],
    ['error: container nope is not valid for pod web', 'not-found', { what: 'container', name: 'nope' }],
    [
      'Error from server (BadRequest): container "app" in pod "web" is waiting to start: ContainerCreating',
      'container-waiting',
      { container: 'app', reason: 'ContainerCreating' },
    ],
    [
      'Error from server (BadRequest): container "app" in pod "web" is waiting to start: trying and failing to pull image',
      'container-waiting',
      { container: 'app', reason: 'trying and failing to pull image' },
    ],
    ['Error from server (BadRequest): previous terminated container "app" in pod "web" not found', 'no-previous-run', { container: 'app' }],
    ["error: invalid character '<' looking for beginning of value", 'api-unreachable', expect.anything()],
    ['Error from server (ServiceUnavailable): the server is currently unable to handle the request', 'api-unreachable', expect.anything()],
    [
      'Error from server (InternalError): an error on the server ("") has prevented the request from succeeding',
      'api-unreachable',
      expect.anything(),
    ],
    [
      'Error from server: Get "https://172.18.0.2:10250/containerLogs/shop/web/app?follow=true": dial tcp 172.18.0.2:10250: connect: connection refused',
      'api-unreachable',
      { server: 'https://172.18.0.2:10250', reason: 'dial tcp 172.18.0.2:10250: connect: connection refused' },
    ],
    ['error: unexpected EOF', 'api-unreachable', { server: about.server, reason: 'unexpected EOF' }],
    [
      'error: Get "https://127.0.0.1:41243/api/v1/pods": read tcp 127.0.0.1:52794->127.0.0.1:41243: read: connection reset by peer',
      'api-unreachable',
      { server: 'https://127.0.0.1:41243', reason: 'read tcp 127.0.0.1:41243: read: connection reset by peer' },
    ],
    ['error: http2: client connection lost', 'api-unreachable', expect.anything()],
  ])('%s', (line, code, facts) => {
    const error = explainApiError(`${discovery}\n${line}\n`, about)
    expect(error?.code).toBe(code)
    expect(error?.facts).toEqual(facts)
  })

  it.each(['', '\n\n', 'error: something else', 'error: unknown flag: --nope'])('says nothing of %j', (line) => {
    expect(explainApiError(line, about)).toBeNull()
  })

  it('does not take an earlier line for the cause', () => {
    expect(explainApiError('error: You must be logged in to the server (Unauthorized)\nerror: something else', about)).toBeNull()
  })
})
