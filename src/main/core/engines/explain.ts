import { userInfo } from 'node:os'
import { AppError } from '../error.ts'

/** As docker prints it: raw, so that the path of a socket may hold blanks. */
const address = String.raw`((?:unix|tcp|npipe|ssh|fd|https?):\/\/[^\n;]*?)`

/**
 * What stands between the docker CLI and an engine, in the words of CLI 18 to 29 on Linux, macOS and Windows
 * (https://github.com/docker/cli/tree/master/cli/command, https://github.com/moby/moby/blob/master/client/errors.go). First match wins.
 */
const causes: readonly { readonly when: RegExp; readonly error: (match: RegExpExecArray) => AppError }[] = [
  {
    when: new RegExp(
      `permission denied while trying to connect to the (?:Docker daemon socket|docker API) at ${address}(?:: |\\.?$)`,
      'im',
    ),
    error: (match) => new AppError('engine-no-permission', { endpoint: match[1] ?? null, user: userName() }),
  },
  {
    // Windows: the pipe is there, the user is not in docker-users.
    when: /open (\/\/\.\/pipe\/[\w.-]+): Access is denied/i,
    error: (match) => new AppError('engine-no-permission', { endpoint: `npipe://${match[1]}`, user: userName() }),
  },
  {
    // 20.10: "does not exist"; later: "context not found".
    when: /(?:unable to resolve docker endpoint: |current )context "([^"]*)"(?:: context not found| does not exist| is not found)/i,
    error: (match) => new AppError('engine-wrong-context', { context: match[1] ?? null }),
  },
  {
    // A DOCKER_HOST or context endpoint that is no address.
    when: /unable to (?:resolve docker endpoint|parse docker host)\b.*?(?:invalid bind address format: |unable to parse docker host `|parse ")([^`"\n]+)/i,
    error: (match) => new AppError('engine-wrong-context', { context: match[1]?.trim() ?? null }),
  },
  {
    when: new RegExp(`Cannot connect to the Docker daemon at ${address}\\.? Is the docker daemon running`, 'i'),
    error: (match) => new AppError('engine-stopped', { endpoint: match[1] ?? null }),
  },
  {
    when: new RegExp(`failed to connect to the docker API at ${address}(?:; |: |$)`, 'im'),
    error: (match) => new AppError('engine-stopped', { endpoint: match[1] ?? null }),
  },
  {
    when: /error during connect: .*?open (\/\/\.\/pipe\/[\w.-]+): The system cannot find the file specified/is,
    error: (match) => new AppError('engine-stopped', { endpoint: `npipe://${match[1]}` }),
  },
  {
    when: /error during connect: .*?dial (?:unix|tcp) (\S+?): connect: (?:connection refused|no such file or directory)/is,
    error: (match) => new AppError('engine-stopped', { endpoint: match[1] ?? null }),
  },
  {
    when: /(?:client version \S+ is too (?:old|new).*|request returned .* check if the server supports the requested API version|error during connect: .*|unable to resolve docker endpoint: .*|x509: .*)/i,
    error: (match) => new AppError('engine-unknown', { reason: match[0].trim().slice(0, 400) }),
  },
]

/** The AppError behind docker's stderr, or null when it says nothing known. */
export function explain(stderr: string): AppError | null {
  for (const { when, error } of causes) {
    const match = when.exec(stderr)
    if (match !== null) return error(match)
  }
  return null
}

function userName(): string | null {
  try {
    return userInfo().username
  } catch {
    return null // A uid without an entry in the password file.
  }
}
