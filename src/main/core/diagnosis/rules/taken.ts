import { takenPortOf, takenPortWords } from '../../engines/taken-port.ts'
import { finding, type Rule } from '../rule.ts'
import { hits } from '../text.ts'

export const port: Rule = (evidence) =>
  hits(evidence, ['command', 'engine'], takenPortWords)
    .slice(0, 1)
    .map(({ match, line }) =>
      finding({
        cause: 'port-taken',
        facts: { port: takenPortOf(match), holder: null, free: null },
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
