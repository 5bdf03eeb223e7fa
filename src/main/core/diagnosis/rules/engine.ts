import { explain } from '../../engines/explain.ts'
import { finding, type Rule } from '../rule.ts'
import { evidenceLine, linesOf } from '../text.ts'

/** Engine stopped, not for this user, or another one than meant: in the words of the docker CLI, whatever tool passed them on. */
export const engine: Rule = (evidence) => {
  for (const text of evidence.texts) {
    if (text.source !== 'command') continue
    for (const line of linesOf(text)) {
      const error = explain(line)
      // Not sure enough: `no such host` may be a registry's.
      if (error === null || error.code === 'engine-unknown') continue
      return [finding({ cause: error.code, facts: error.facts, evidence: [evidenceLine(text, line)], action: 'open-machine' })]
    }
  }
  return []
}
