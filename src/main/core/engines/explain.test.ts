import { userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { explain } from './explain.ts'

const user = userInfo().username
const get = 'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/version": dial unix /var/run/docker.sock: connect: permission denied'

test.each([
  // CLI 28, seen
  [
    'Cannot connect to the Docker daemon at unix:///nonexistent.sock. Is the docker daemon running?\n',
    'engine-stopped',
    { endpoint: 'unix:///nonexistent.sock' },
  ],
  [
    'Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?',
    'engine-stopped',
    { endpoint: 'tcp://127.0.0.1:1' },
  ],
  [
    `permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: ${get}`,
    'engine-no-permission',
    { endpoint: 'unix:///var/run/docker.sock', user },
  ],
  // CLI 28 with a blank in the path, seen
  [
    'Cannot connect to the Docker daemon at unix:///home/李 雷/d.sock. Is the docker daemon running?\n',
    'engine-stopped',
    { endpoint: 'unix:///home/李 雷/d.sock' },
  ],
  [
    `permission denied while trying to connect to the Docker daemon socket at unix:///home/李 雷/d.sock: ${get}`,
    'engine-no-permission',
    { endpoint: 'unix:///home/李 雷/d.sock', user },
  ],
  // CLI 24 with `docker ps`
  [
    `Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: ${get}`,
    'engine-no-permission',
    { endpoint: 'unix:///var/run/docker.sock', user },
  ],
  [
    'Failed to initialize: unable to resolve docker endpoint: context "nope": context not found: open /home/李 雷/.docker/contexts/meta/ca37/meta.json: no such file or directory',
    'engine-wrong-context',
    { context: 'nope' },
  ],
  [
    'Failed to initialize: unable to resolve docker endpoint: parse "tcp://bad::::x": invalid port ":x" after host',
    'engine-wrong-context',
    { context: 'tcp://bad::::x' },
  ],
  ['Failed to initialize: unable to resolve docker endpoint: invalid bind address format: foo', 'engine-wrong-context', { context: 'foo' }],
  [
    'Failed to initialize: unable to resolve docker endpoint: unable to parse docker host `bad`',
    'engine-wrong-context',
    { context: 'bad' },
  ],
  // CLI 20.10
  ['unable to resolve docker endpoint: context "nope" does not exist', 'engine-wrong-context', { context: 'nope' }],
  // Ways to other machines, CLI 28, seen
  [
    'error during connect: Get "http://foo:2375/v1.50/version": dial tcp: lookup foo on 10.0.0.1:53: no such host',
    'engine-unknown',
    { reason: 'error during connect: Get "http://foo:2375/v1.50/version": dial tcp: lookup foo on 10.0.0.1:53: no such host' },
  ],
  [
    'Failed to initialize: unable to resolve docker endpoint: open /root/.docker/ca.pem: no such file or directory',
    'engine-unknown',
    { reason: 'unable to resolve docker endpoint: open /root/.docker/ca.pem: no such file or directory' },
  ],
  // CLI 29
  [
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
    'engine-stopped',
    { endpoint: 'unix:///var/run/docker.sock' },
  ],
  [
    'failed to connect to the docker API at npipe:////./pipe/dockerDesktopLinuxEngine; check if the path is correct and if the daemon is running: open //./pipe/dockerDesktopLinuxEngine: The system cannot find the file specified.',
    'engine-stopped',
    { endpoint: 'npipe:////./pipe/dockerDesktopLinuxEngine' },
  ],
  [
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
    'engine-no-permission',
    { endpoint: 'unix:///var/run/docker.sock', user },
  ],
  // Windows
  [
    'error during connect: this error may indicate that the docker daemon is not running: Get "http://%2F%2F.%2Fpipe%2Fdocker_engine/v1.24/version": open //./pipe/docker_engine: The system cannot find the file specified.',
    'engine-stopped',
    { endpoint: 'npipe:////./pipe/docker_engine' },
  ],
  [
    'error during connect: Get "http://%2F%2F.%2Fpipe%2Fdocker_engine/_ping": open //./pipe/docker_engine: Access is denied.',
    'engine-no-permission',
    { endpoint: 'npipe:////./pipe/docker_engine', user },
  ],
  // The two do not understand each other
  [
    'Error response from daemon: client version 1.24 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version',
    'engine-unknown',
    { reason: 'client version 1.24 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version' },
  ],
  [
    'request returned 404 Not Found for API route and version http://x/v1.50/version, check if the server supports the requested API version',
    'engine-unknown',
    {
      reason:
        'request returned 404 Not Found for API route and version http://x/v1.50/version, check if the server supports the requested API version',
    },
  ],
] as const)('%s', (stderr, code, facts) => {
  expect(explain(stderr)).toMatchObject({ code, facts })
})

test('a text that is not about the way to the engine is not explained', () => {
  expect(explain('Error response from daemon: No such container: shop')).toBeNull()
  expect(explain('')).toBeNull()
})
