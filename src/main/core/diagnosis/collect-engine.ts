import { z } from 'zod'
import type { Ask, Note } from './collect.ts'
import type { EngineEvidence, EvidenceText } from './evidence.ts'
import { jsonOf } from './parse-node.ts'

const infoSchema = z.object({
  CgroupVersion: z.string().nullish(),
  MemTotal: z.number().nullish(),
  NCPU: z.number().nullish(),
  Architecture: z.string().nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  SystemTime: z.string().nullish(),
})
const networkSchema = z.object({
  Name: z.string(),
  Id: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
  IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().nullish() })).nullish() }).nullish(),
})
const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()).nullish() }).nullish(),
})

/** Facts of the engine, its networks, and what lately happened to the nodes. */
export async function readEngine(
  nodes: readonly string[],
  since: number,
  ask: Ask,
  note: Note,
  texts: EvidenceText[],
): Promise<EngineEvidence> {
  const until = Math.ceil(Date.now() / 1000)
  const [info, networks, events] = await Promise.all([
    ask(['info', '--format={{json .}}']).then((answer) => ({ ...answer, at: Date.now() })),
    note('engine: networks', () => readNetworks(ask), []),
    nodes.length === 0 ? [] : note('engine: events', () => readEvents(nodes, Math.floor(since / 1000), until, ask), []),
    note(
      'engine: disk',
      async () => {
        texts.push({ source: 'engine', name: 'docker system df', text: (await ask(['system', 'df'])).stdout })
      },
      undefined,
    ),
  ])
  const facts = infoSchema.safeParse(jsonOf(info.stdout)).data
  if (facts === undefined) throw new Error(info.stderr.trim().slice(0, 300) || 'docker info cannot be read')
  const time = Date.parse(facts.SystemTime ?? '')
  return {
    cgroupVersion: facts.CgroupVersion === '1' || facts.CgroupVersion === '2' ? facts.CgroupVersion : null,
    memoryBytes: facts.MemTotal || null,
    cpus: facts.NCPU || null,
    architecture: facts.Architecture || null,
    securityOptions: facts.SecurityOptions ?? [],
    clockMs: Number.isNaN(time) ? null : time - info.at,
    networks,
    events,
  }
}

async function readNetworks(ask: Ask): Promise<EngineEvidence['networks']> {
  const ids = (await ask(['network', 'ls', '--quiet', '--filter=driver=bridge'])).stdout.split(/\s+/).filter((id) => id !== '')
  if (ids.length === 0) return []
  const found = z.array(networkSchema).safeParse(jsonOf((await ask(['network', 'inspect', '--', ...ids])).stdout))
  return (found.data ?? []).map(({ Name, Id, Options, IPAM }) => ({
    name: Name,
    // https://docs.docker.com/engine/network/drivers/bridge/#options
    bridge: Options?.['com.docker.network.bridge.name'] ?? `br-${Id.slice(0, 12)}`,
    subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : [])),
  }))
}

/** With an end in the past the command ends by itself. */
async function readEvents(nodes: readonly string[], since: number, until: number, ask: Ask): Promise<EngineEvidence['events']> {
  const names = nodes.map((name) => `--filter=container=${name}`)
  const actions = ['die', 'oom', 'kill'].map((action) => `--filter=event=${action}`)
  const { stdout } = await ask(['events', `--since=${since}`, `--until=${until}`, ...names, ...actions, '--format={{json .}}'])
  return stdout.split('\n').flatMap((line) => {
    const event = eventSchema.safeParse(jsonOf(line)).data
    const attributes = event?.Actor?.Attributes ?? {}
    return event === undefined
      ? []
      : [
          {
            action: event.Action,
            node: attributes['name'] ?? '',
            signal: attributes['signal'] ?? null,
            exitCode: attributes['exitCode'] ?? null,
          },
        ]
  })
}
