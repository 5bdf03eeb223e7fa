import type { Exec } from '../exec/types.ts'

// `grep` has the mark as an argument, not in its environment, so it does not find itself.
const find = 'for e in $(grep -lszxF -- "$1" /proc/[0-9]*/environ); do p=${e#/proc/}; kill'
const scripts = {
  /** What a program of ours needs. */
  term: `${find} -TERM "\${p%/environ}"; done; true`,
  /** What a terminal that goes away does; who asked to be left alone (nohup) stays. */
  hangUp: `${find} -HUP "\${p%/environ}"; done; true`,
  /** An interactive shell ignores TERM, so everything is hung up, and after half a second killed. */
  kill: `${find} -HUP "\${p%/environ}"; done; sleep 0.5; ${find} -KILL "\${p%/environ}"; done; true`,
} as const

/**
 * Ends what was started in a container with `docker exec --env=MARK`: whoever kills `docker exec` leaves the program in the container running
 * (https://github.com/moby/moby/issues/9098). Never throws: a container or an engine that is gone has nothing left to end.
 */
export async function endInContainer(
  exec: Pick<Exec, 'run'>,
  docker: string,
  container: string,
  mark: string,
  how: keyof typeof scripts = 'term',
): Promise<void> {
  const args = ['exec', '--', container, 'sh', '-c', scripts[how], 'sh', mark]
  await exec.run({ file: docker, args, quiet: true, timeoutMs: 5000, killGraceMs: 500 }).catch(() => undefined)
}
