import { parseNetstat } from '../clusters/preflight/routes.ts'
import { AppError } from '../error.ts'
import { commandText } from '../exec/command-text.ts'
import type { Exec } from '../exec/types.ts'
import type { TunnelPlan } from '../providers/minikube/tunnel.ts'
import { runSudo } from './sudo.ts'

export type OwnRoute = Pick<TunnelPlan, 'route' | 'undo'>

/**
 * After a tunnel has ended: takes its route back where minikube could not, as it was killed or sudo no longer let it, with the commands that were shown before.
 * Then looks: `tunnel-route-left` with the command that is left to do, or null.
 */
export async function takeRouteBack(
  exec: Pick<Exec, 'run'>,
  os: string,
  name: string,
  { route, undo }: OwnRoute,
): Promise<AppError | null> {
  if (route === null || undo.length === 0 || !(await isThere(exec, os, route))) return null
  for (const argv of undo) await runSudo(exec, argv)
  if (!(await isThere(exec, os, route))) return null
  const command = undo.map(commandText).join(' && ')
  return new AppError('tunnel-route-left', { name, route: `${route.subnet} → ${route.gateway}`, command })
}

/** False where it cannot be looked at, too: nothing is removed that was not seen. */
async function isThere(exec: Pick<Exec, 'run'>, os: string, { subnet, gateway }: NonNullable<OwnRoute['route']>): Promise<boolean> {
  const ask = (file: string, ...args: string[]) =>
    exec.run({ file, args, quiet: true, timeoutMs: 5_000 }).then(
      ({ stdout }) => stdout,
      () => '',
    )
  // Of another cluster's tunnel the same subnet leads elsewhere.
  if (os === 'linux') return (await ask('ip', '-4', 'route', 'show', subnet, 'via', gateway)).trim() !== ''
  const lines = (await ask('netstat', '-nr', '-f', 'inet')).split('\n').filter((line) => line.split(/\s+/)[1] === gateway)
  return parseNetstat(lines.join('\n')).some((one) => one.subnet === subnet)
}
