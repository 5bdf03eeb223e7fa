import type { Page } from '@playwright/test'
import { made } from './cleanup.ts'
import { type CoveClient, connectAs } from './client.ts'
import { type CoveProcess, makeMachine, startCove } from './cove.ts'
import { ground } from './ground.ts'
import { type LogApi, scriptedContext, startLogApi, useLogApi } from './log-api.ts'
import type { LogScript } from './log-api/script.ts'
import { openLogs, podPart } from './log-page.ts'
import type { ShowLog } from './log-steps.ts'
import { makeScriptedMachine, type ScriptedMachine } from './scripted-tools.ts'
import { programsOf, test } from './test.ts'

export type ScriptedLogs = {
  readonly page: Page
  readonly cove: CoveProcess
  readonly client: CoveClient
  readonly api: LogApi
  readonly show: ShowLog
  readonly end: () => Promise<void>
}

/**
 * Cove over a scripted API, whose lines and states are known, and a page that shows it; the real kubectl reads it. `prepare`: makes the machine one whose engine is scripted too, and says
 * what that has.
 */
export const openScriptedLogs = (
  script: LogScript,
  newPage: () => Promise<Page>,
  prepare?: (machine: ScriptedMachine, api: LogApi) => Promise<void>,
): Promise<ScriptedLogs> =>
  made(async (onEnd) => {
    const chosen = ground()
    if (chosen.kind === 'none') throw new Error(chosen.reason)
    const programs = await programsOf(chosen, ['kubectl'])
    const scripted = prepare ? await makeScriptedMachine(programs) : null
    const machine = scripted ?? (await makeMachine({ programs }))
    onEnd(machine.remove)
    const api = await startLogApi(script)
    onEnd(api.stop)
    const file = await useLogApi(machine, api)
    if (scripted) await prepare?.(scripted, api)
    const cove = await startCove(machine)
    onEnd(cove.stop)
    const page = await newPage()
    onEnd(() => page.context().close())
    const client = await connectAs(page, cove)
    onEnd(client.close)
    const show: ShowLog = (pod, more = {}) =>
      openLogs(page, cove.origin, { context: { file, name: scriptedContext }, parts: podPart(pod), begin: 'all', ...more })
    return { page, cove, client, api, show }
  })

/** Skips what runs, by name, where there is no kubectl. */
export const needsKubectl = () => {
  const chosen = ground()
  test.skip(chosen.kind === 'none', chosen.kind === 'none' ? `needs kubectl: ${chosen.reason}` : '')
}
