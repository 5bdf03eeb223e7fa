import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import { AppError } from '../error.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import type { TargetCommand } from '../targets/types.ts'
import { check } from './host.ts'
import { authorityHash, type JoinCommand, parseJoinCommand } from './join-command.ts'
import type { Host } from './types.ts'

/** Hours that a token of a join lives, should Cove be killed before it takes it back. */
const tokenHours = 1

export const tokenSteps: JobDefinition['steps'] = [
  { id: 'make-token', usualMs: 300 },
  { id: 'check-discovery', usualMs: 50 },
]

/**
 * A line to join with, made on a control plane for `host`, with the authority that it has. `made` is told the id of the token, which is remembered as `token` too:
 * whoever asked takes it back with `forgetToken`. Throws `discovery-hash-mismatch`, and as `check`.
 */
export async function joinLine(via: Host, host: Host, job: JobContext, made: (token: string) => void): Promise<JoinCommand> {
  const line = await job.step('make-token', async () => {
    const argv: TargetCommand['argv'] = [...kubeadmCommands.createToken(tokenHours, `Cove: join ${host.name}`), '--print-join-command']
    const { stdout } = await check({ host: via, job }, argv)
    const command = parseJoinCommand(stdout.split('\n').find((one) => one.startsWith('kubeadm join')) ?? '')
    const token = command.token.slice(0, 6)
    made(token)
    await job.remember({ token })
    return command
  })
  await job.step('check-discovery', () => checkAuthority(via, line))
  return line
}

/** The line names the key of the authority that the new node is to trust: it has to be the one that the control plane holds. Throws `discovery-hash-mismatch`. */
async function checkAuthority(via: Host, line: JoinCommand): Promise<void> {
  const pem = await via.readFile('/etc/kubernetes/pki/ca.crt', { root: true })
  const expected = pem === null ? '' : authorityHash(pem)
  if (!line.hashes.includes(expected)) throw new AppError('discovery-hash-mismatch', { expected, actual: line.hashes.join(', ') })
}

/** Never throws: it lives an hour at most. */
export async function forgetToken(via: Host | null, job: { readonly id: string }, id: string | null): Promise<void> {
  if (via === null || id === null) return
  await via.run({ argv: kubeadmCommands.deleteToken(id), root: true, jobId: job.id, timeoutMs: 20_000 }).catch(() => undefined)
}
