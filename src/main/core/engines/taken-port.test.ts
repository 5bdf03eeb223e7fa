import { expect, test } from 'vitest'
import { takenPort } from './taken-port.ts'

const endpoint = 'Error response from daemon: driver failed programming external connectivity on endpoint dev-control-plane (a1f0): '

// The first two as e2e/real-cluster's docker says them, the next two as later ones do.
test.each([
  [`${endpoint}Bind for 127.0.0.1:8080 failed: port is already allocated`, 8080],
  [`${endpoint}Error starting userland proxy: listen tcp4 127.0.0.1:8080: bind: address already in use`, 8080],
  [`${endpoint}failed to bind host port for 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use`, 8080],
  [`${endpoint}failed to bind host port [::]:8080/tcp: address already in use`, 8080],
  ['Ports are not available: exposing port TCP 0.0.0.0:8080 -> 127.0.0.1:0: listen tcp 0.0.0.0:8080: bind: address already in use', 8080],
  ['dial tcp 127.0.0.1:8080: connect: connection refused', null],
])('%s', (text, port) => {
  expect(takenPort(text)).toBe(port)
})
