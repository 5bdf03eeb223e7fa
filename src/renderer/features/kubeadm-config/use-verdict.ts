import { useMutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { KubeadmVerdict } from '#shared/contract/kubeadm-config-procedures.ts'
import type { TargetId } from '#shared/contract/targets.ts'
import { api } from '../../api/client.ts'
import type { DocumentProblem } from '../document/problems.ts'

/** What the kubeadm of a machine says of a text; of another text it said nothing. */
export function useVerdict(target: TargetId, text: string) {
  const ask = useMutation({
    mutationFn: async (asked: string) => ({ asked, verdict: await api.kubeadmConfig.validate({ target, text: asked }) }),
  })
  const verdict = ask.data?.asked === text ? ask.data.verdict : null
  const problems = useMemo(() => (verdict === null ? [] : problemsIn(text, verdict)), [text, verdict])
  return { verdict, problems, asking: ask.isPending, error: ask.variables === text ? ask.error : null, ask: () => ask.mutate(text) }
}

/** What kubeadm said, as problems on their lines. What it says without a line stands at the first. Pure. */
export function problemsIn(text: string, { said }: Pick<KubeadmVerdict, 'said'>): DocumentProblem[] {
  const lines = text.split('\n')
  return said.map(({ severity, message, kind, line }): DocumentProblem => {
    const at = Math.min(line ?? 1, lines.length)
    const before = lines.slice(0, at - 1).reduce((sum, one) => sum + one.length + 1, 0)
    const own = lines[at - 1] ?? ''
    const from = before + (own.length - own.trimStart().length)
    return {
      severity,
      reason: 'kubeadm',
      expected: message,
      which: kind ?? '',
      // Of the text, and of no field of the form: what the form knows of it it says itself.
      path: ['\u0000kubeadm'],
      from,
      to: before + own.length,
      line: at,
    }
  })
}
