import { portMappingOf } from '#shared/contract/minikube-config.ts'
import { type Edit, getIn, isRecord } from '../../document/plain.ts'
import { plainOf } from '../../document/text.ts'
import { editText } from './edit.ts'
import { registryPort, viewOf } from './form.ts'
import { clusterOf, parseText, providerOf } from './text.ts'

/**
 * The text of a cluster with another port of this machine in the place of one that is taken, wherever it is published; comments and everything else stay.
 * Null: the text names no such port, or cannot be read. Pure.
 */
export function withPort(text: string, taken: number, free: number): string | null {
  const { all } = parseText(text)
  const cluster = clusterOf(all)
  if (cluster === null || all.some((part) => part.errors.length > 0)) return null
  const plain = plainOf(cluster)
  const edits = providerOf(cluster) === 'minikube' ? minikubeEdits(plain, taken, free) : kindEdits(plain, taken, free)
  const around = extrasEdits(text, taken, free)
  return edits.length + around.length === 0 ? null : editText(editText(text, 'cluster', edits), 'extras', around)
}

/** The registry's, also where the document leaves it out. */
function extrasEdits(text: string, taken: number, free: number): Edit[] {
  const view = viewOf(text)
  return view !== null && Number(registryPort(view.extras)) === taken ? [{ do: 'set', path: ['registry', 'port'], value: free }] : []
}

function kindEdits(plain: unknown, taken: number, free: number): Edit[] {
  const paths = listAt(plain, ['nodes']).flatMap((node, index) =>
    listAt(node, ['extraPortMappings']).flatMap((mapping, at) =>
      isRecord(mapping) && Number(mapping['hostPort']) === taken ? [['nodes', index, 'extraPortMappings', at, 'hostPort']] : [],
    ),
  )
  const api = ['networking', 'apiServerPort']
  return [...paths, ...(Number(getIn(plain, api)) === taken ? [api] : [])].map((path) => ({ do: 'set', path, value: free }))
}

function minikubeEdits(plain: unknown, taken: number, free: number): Edit[] {
  return listAt(plain, ['ports']).flatMap((mapping, index) =>
    typeof mapping === 'string' && portMappingOf(mapping).hostPort === taken
      ? [{ do: 'set', path: ['ports', index], value: mapping.replace(/\d+(?=:\d+(?:\/\w+)?$)/, String(free)) }]
      : [],
  )
}

const listAt = (plain: unknown, path: readonly string[]): readonly unknown[] => {
  const list = getIn(plain, path)
  return Array.isArray(list) ? (list as unknown[]) : []
}
