import { finding, type Rule, short } from '../rule.ts'
import { hits } from '../text.ts'

/** What programs say that want to be answered, or that find no terminal to ask on: docker, ssh, sudo, and questions of yes and no. */
const question =
  /\[y(?:es)?\/n(?:o)?\]|\(y(?:es)?\/n(?:o)?(?:\/\[fingerprint\])?\)|\bpass(?:word|phrase)\b[^:\n]{0,80}: *$|\b(?:is )?not a (?:tty|terminal)\b|a terminal is required to (?:read|authenticate)/i

/** Its input is closed, so that it fails at once instead of waiting for ever (fault row 7). Something else may have made it fail after that. */
export const asked: Rule = (evidence) =>
  hits(evidence, ['command'], question)
    .slice(0, 1)
    .map(({ line }) =>
      finding({ cause: 'wanted-answer', facts: { question: short(line.text) }, evidence: [line], action: 'try-again', sure: 'likely' }),
    )
