import { randomBytes } from 'node:crypto'
import { kubeadmCommands } from '#shared/messages/kubeadm-commands.ts'
import type { JobContext, JobDefinition } from '../jobs/types.ts'
import { kubeadmVersion } from './config/program.ts'
import { joinDocument, type Registration, uploadDocument } from './documents.ts'
import { check, checkLines, jobFile, putJobFile, removeFiles } from './host.ts'
import type { JoinCommand } from './join-command.ts'
import { joinLine, tokenSteps } from './join-token.ts'
import { joinSteps, phaseReader } from './phases.ts'
import type { Host } from './types.ts'

/** Name of the file with the key of certificates, on the control plane that is asked. */
export const uploadFile = 'certificates.yaml'

export const wayInSteps = (controlPlane: boolean): JobDefinition['steps'] => [
  ...tokenSteps,
  ...(controlPlane ? ([{ id: 'upload-certificates', usualMs: 500 }] as const) : []),
]

/**
 * What `host` joins with, made on a control plane: a token of an hour, and for another control plane the certificates under a key of their own. `made` is told the id
 * of the token, as `joinLine` has it. Throws as `joinLine`.
 */
export async function wayIn(
  via: Host,
  host: Host,
  job: JobContext,
  { controlPlane, made }: { readonly controlPlane: boolean; readonly made: (token: string) => void },
): Promise<JoinCommand> {
  const there = { host: via, job }
  const line = await joinLine(via, host, job, made)
  if (!controlPlane) return line
  const certificateKey = randomBytes(32).toString('hex')
  await job.step('upload-certificates', async () => {
    const document = uploadDocument(await kubeadmVersion(via, job.signal), certificateKey)
    try {
      const file = await putJobFile(there, uploadFile, document)
      await check(there, kubeadmCommands.uploadCertificates(file), { secrets: [certificateKey] })
    } finally {
      await removeFiles(there, [jobFile(job, uploadFile)])
    }
  })
  return { ...line, certificateKey, controlPlane: true }
}

/** `kubeadm join`, its phases as steps; token and key are in a file that is gone afterwards. `kubeadm`: version of the one on the host. Throws as `check`. */
export async function joinCluster(
  host: Host,
  job: JobContext,
  to: JoinCommand,
  {
    kubeadm,
    registration,
    ignore,
  }: { readonly kubeadm: string | null; readonly registration: Registration; readonly ignore: readonly string[] },
): Promise<void> {
  const phases = joinSteps(to.controlPlane)
  const next = phaseReader('join', phases)
  const secrets = [to.token, ...(to.certificateKey === null ? [] : [to.certificateKey])]
  const work = { host, job }
  try {
    const config = await putJobFile(work, 'config.yaml', joinDocument(kubeadm, to, registration))
    await checkLines(
      work,
      kubeadmCommands.joinWith(config, ignore),
      (line) => {
        const step = next(line)
        if (step !== null) job.enter(step)
      },
      { secrets },
    )
  } finally {
    await removeFiles(work, [jobFile(job, 'config.yaml')])
  }
  const last = phases.at(-1)
  if (last !== undefined) job.leave(last.id)
}
