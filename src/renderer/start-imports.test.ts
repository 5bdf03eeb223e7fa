import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** File of a module of the project; null: it is of a package. */
function fileOf(name: string, from: string): string | null {
  if (name.startsWith('.')) return join(dirname(from), name)
  return name.startsWith('#shared/') ? join(root, 'src/shared', name.slice('#shared/'.length)) : null
}

/** What a module and all that it imports statically are made of, types left out; each file or package with the one that brought it. */
function importsOf(start: string): Map<string, string | null> {
  const found = new Map<string, string | null>([[start, null]])
  for (const [file] of found) {
    if (!/\.tsx?$/.test(file)) continue
    const { staticImports, staticExports } = parseSync(file, readFileSync(file, 'utf8')).module
    const names = [
      ...staticImports
        .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
        .map((one) => one.moduleRequest.value),
      ...staticExports.flatMap(({ entries }) =>
        entries.flatMap((one) => (one.moduleRequest && !one.isType ? [one.moduleRequest.value] : [])),
      ),
    ]
    for (const name of names) {
      const key = fileOf(name, file) ?? name
      if (!found.has(key)) found.set(key, file)
    }
  }
  return found
}

const app = importsOf(join(import.meta.dirname, 'app.tsx'))
const wayTo = (name: string): string[] => {
  const by = app.get(name)
  return by ? [...wayTo(by), name] : [name]
}

test('what edits documents is not loaded with the pages, but with the first document that is opened', () => {
  // Of what is walked, nothing was missed.
  expect(app.size).toBeGreaterThan(300)
  for (const known of ['react', '@tanstack/react-query', join(root, 'src/renderer/features/host-checks/checks-tab.tsx')])
    expect(app.has(known), known).toBe(true)
  for (const file of app.keys()) if (file.startsWith(root)) expect(existsSync(file), file).toBe(true)
  const late = [...app.keys()].filter((name) =>
    /^(?:yaml|zod|@codemirror\/.*|@lezer\/.*|@xterm\/.*)$|\/shared\/(?:contract\/|zod\.ts)|\/(?:designer|kubeadm-config)\/(?:document\/|editor)|\/document\/(?:text|edit)\.ts$|\/document\/editor\//.test(
      name,
    ),
  )
  expect(late.map(wayTo)).toEqual([])
})
