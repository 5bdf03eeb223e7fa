import { finding, type Rule } from '../rule.ts'
import { hits } from '../text.ts'

/** Both forms of docker's refusal (held by a container, held by a process), and that of the engines with a virtual machine. */
const portTaken =
  /Bind for \S*:(\d+) failed: port is already allocated|listen (?:tcp|udp|sctp)[46]? \S*:(\d+): bind: address already in use|[Pp]orts are not available[^\n]*?:(\d+)\b(?! ->)/

export const port: Rule = (evidence) =>
  hits(evidence, ['command', 'engine'], portTaken)
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'port-taken',
        facts: { port: Number(match[1] ?? match[2] ?? match[3]), holder: null, free: null },
        evidence: [line],
        action: 'use-free-port',
      }),
    )

/** kind's words, and the engine's for a container of that name. */
const nameTaken =
  /node\(s\) already exist for a cluster with the name "([^"]+)"|Conflict\. The container name "\/?([^"]+)" is already in use/

export const name: Rule = (evidence) =>
  hits(evidence, ['command', 'engine'], nameTaken)
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'name-taken',
        facts: { name: match[1] ?? match[2] ?? evidence.cluster, suggestion: null },
        evidence: [line],
        action: 'use-free-name',
      }),
    )
