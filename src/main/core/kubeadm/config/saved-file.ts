import type { KubeadmFile } from '#shared/contract/kubeadm-config-procedures.ts'
import { kubeadmGroup, kubeadmKinds } from '#shared/contract/kubeadm-config.ts'
import { AppError } from '../../error.ts'
import { type Pieces, piecesOf } from './pieces.ts'

/** What lists show of a file. Throws `document-invalid` for what is not YAML or has no document of kubeadm, kubelet or kube-proxy. Pure. */
export function summaryOf(document: string): Pick<KubeadmFile, 'kinds' | 'apiVersion'> {
  const { pieces, lines } = read(document)
  for (const piece of pieces) {
    const error = piece.document.errors[0]
    if (error === undefined) continue
    const at = lines.linePos(error.pos[0])
    throw invalid(at.line, at.col, 'syntax', (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''))
  }
  const known: readonly string[] = [...kubeadmKinds, 'KubeletConfiguration', 'KubeProxyConfiguration']
  const kinds = pieces.map((piece) => piece.kind).filter((kind) => known.includes(kind))
  if (kinds.length === 0) throw invalid(1, 1, 'unknown-kind', null)
  const own = pieces.find((piece) => piece.apiVersion.startsWith(`${kubeadmGroup}/`))
  return { kinds, apiVersion: own?.apiVersion.slice(kubeadmGroup.length + 1) ?? null }
}

function read(document: string): Pieces {
  try {
    return piecesOf(document)
  } catch (error) {
    if (error instanceof RangeError) throw invalid(1, 1, 'syntax', 'too deeply nested')
    throw error
  }
}

const invalid = (line: number, column: number, reason: string, expected: string | null) =>
  new AppError('document-invalid', { line, column, field: '', reason, expected })
