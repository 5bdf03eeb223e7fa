import { expect, test } from 'vitest'
import { errorShape } from '../error.ts'
import { brokenError, connectError, knownError, parsePlace, type SshPlace } from './ssh-errors.ts'

const at: SshPlace = { destination: 'root@lab', host: '172.18.0.5', port: 22 }

/** As OpenSSH 9.2 said them; the last two lines of newer ones where they differ. */
const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
The fingerprint for the ED25519 key sent by the remote host is
SHA256:fTL2dqUFSdpIcNt2HpMFo+h8elTmC4KF7qTswfvo9JY.
Please contact your system administrator.
Add correct host key in /home/ann/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/ann/.ssh/known_hosts:1
  remove with:
  ssh-keygen -f "/home/ann/.ssh/known_hosts" -R "172.18.0.5"
Host key for 172.18.0.5 has changed and you have requested strict checking.
Host key verification failed.
`
const cases: readonly (readonly [string, string, string, Record<string, unknown>])[] = [
  [
    'an unknown host key',
    'Host key verification failed.\n',
    'ssh-host-key-unknown',
    { host: 'root@lab', command: 'ssh-keyscan 172.18.0.5 | ssh-keygen -lf -', connect: 'ssh root@lab' },
  ],
  [
    'an unknown host key, strictly',
    'No ED25519 host key is known for 172.18.0.5 and you have requested strict checking.\nHost key verification failed.\n',
    'ssh-host-key-unknown',
    { connect: 'ssh root@lab' },
  ],
  [
    'a changed host key',
    changed,
    'ssh-host-key-changed',
    {
      fingerprint: 'SHA256:fTL2dqUFSdpIcNt2HpMFo+h8elTmC4KF7qTswfvo9JY',
      file: '/home/ann/.ssh/known_hosts',
      command: "ssh-keygen -R '172.18.0.5' -f '/home/ann/.ssh/known_hosts'",
    },
  ],
  [
    'refused keys',
    'root@172.18.0.5: Permission denied (publickey,password).\n',
    'ssh-auth-refused',
    { host: 'root@lab', methods: 'publickey,password' },
  ],
  [
    'a key that others may read',
    `Permissions 0644 for '/home/ann/.ssh/id' are too open.
This private key will be ignored.
Load key "/home/ann/.ssh/id": bad permissions
root@172.18.0.5: Permission denied (publickey).
`,
    'ssh-auth-refused',
    { methods: 'publickey' },
  ],
  [
    'too many keys',
    'Received disconnect from 172.18.0.5 port 22:2: Too many authentication failures\nDisconnected from 172.18.0.5 port 22\n',
    'ssh-auth-refused',
    {},
  ],
  [
    'a port that nobody listens on',
    'ssh: connect to host 172.18.0.5 port 2222: Connection refused\n',
    'ssh-unreachable',
    { reason: 'Connection refused (172.18.0.5:2222)' },
  ],
  [
    'no route',
    'ssh: connect to host 10.9.9.9 port 22: No route to host\n',
    'ssh-unreachable',
    { reason: 'No route to host (10.9.9.9:22)' },
  ],
  [
    'a jump host that is off',
    'ssh: connect to host 127.0.0.1 port 1: Connection refused\nkex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n',
    'ssh-unreachable',
    { reason: 'Connection refused (127.0.0.1:1)' },
  ],
  ['packets that vanish', 'ssh: connect to host 10.9.9.9 port 22: Connection timed out\n', 'ssh-timeout', { host: 'root@lab' }],
  [
    'a server that says nothing',
    'Connection timed out during banner exchange\nConnection to 10.255.255.1 port 22 timed out\n',
    'ssh-timeout',
    {},
  ],
  ['packets that vanish, on macOS', 'ssh: connect to host 10.9.9.9 port 22: Operation timed out\n', 'ssh-timeout', {}],
  [
    'a name that is not there',
    'ssh: Could not resolve hostname no.such.invalid: Name or service not known\n',
    'ssh-name-unknown',
    { host: 'no.such.invalid' },
  ],
  [
    'an option that is not there',
    'command-line: line 0: Bad configuration option: nosuchoption\n',
    'ssh-configuration',
    { reason: 'command-line: line 0: Bad configuration option: nosuchoption' },
  ],
  [
    'a configuration that is wrong',
    '/home/ann/.ssh/config: line 1: Bad configuration option: foo\n/home/ann/.ssh/config: terminating, 1 bad configuration options\n',
    'ssh-configuration',
    { reason: '/home/ann/.ssh/config: line 1: Bad configuration option: foo' },
  ],
  [
    'a value that is wrong',
    "/home/ann/.ssh/config line 3: Bad port 'abc'.\n",
    'ssh-configuration',
    { reason: "/home/ann/.ssh/config line 3: Bad port 'abc'." },
  ],
  ['a configuration that others may write', 'Bad owner or permissions on /home/ann/.ssh/config\n', 'ssh-configuration', {}],
  [
    'a proxy command that fails',
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n',
    'ssh-failed',
    { reason: 'kex_exchange_identification: Connection closed by remote host' },
  ],
  [
    'no algorithm in common',
    'Unable to negotiate with 172.18.0.5 port 22: no matching host key type found. Their offer: ssh-dss\n',
    'ssh-failed',
    { reason: 'Unable to negotiate with 172.18.0.5 port 22: no matching host key type found. Their offer: ssh-dss' },
  ],
  ['nothing at all', '', 'ssh-failed', { reason: 'exit code 255' }],
]
test.each(cases)('%s', (_, stderr, code, facts) => {
  const error = errorShape(connectError(stderr, at, 'c1'))
  expect(error).toMatchObject({ code, facts, commandId: 'c1' })
})

test('a port of its own is named in what is to be run by hand', () => {
  const other = { ...at, port: 2222 }
  expect(connectError('Host key verification failed.', other, 'c').facts).toMatchObject({
    command: 'ssh-keyscan -p 2222 172.18.0.5 | ssh-keygen -lf -',
  })
  expect(connectError(changed, other, 'c').facts).toMatchObject({
    command: "ssh-keygen -R '[172.18.0.5]:2222' -f '/home/ann/.ssh/known_hosts'",
  })
})

test.each([
  'Connection to 172.18.0.5 closed by remote host.',
  'client_loop: send disconnect: Broken pipe',
  'Timeout, server 172.18.0.5 not responding.',
  'Connection reset by 172.18.0.5 port 22',
])('a connection that breaks: %s', (line) => {
  expect(brokenError(`so far\n${line}\r\n`, at, 'c')).toMatchObject({ code: 'ssh-lost', facts: { reason: line } })
})

test('what a command says of itself is not a word of ssh', () => {
  for (const said of [
    '',
    'mount: /dev/sdb: permission denied',
    'Connection to 172.18.0.5 closed by remote host.\nretrying',
    'curl: (7) Failed to connect',
  ])
    expect(knownError(said, at, 'c') ?? brokenError(said, at, 'c')).toBeNull()
})

test('where a destination leads is what ssh -G says, else what it looks like', () => {
  expect(parsePlace('lab', 'host lab\nuser ann\nhostname 10.1.2.3\nport 2222\n')).toEqual({
    destination: 'lab',
    host: '10.1.2.3',
    port: 2222,
  })
  expect(parsePlace('ssh://ann@lab', '')).toEqual({ destination: 'ssh://ann@lab', host: 'lab', port: 22 })
})
