import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseSync } from 'vite'

// A command is an array to the end, in scripts too (CVE-2021-23154, CVE-2025-53542): no shell, no command as one text, no entry that data may turn
// into an option. oxlint has no rule for it, so this reads the sources.

type Node = { readonly type: string; readonly start: number } & Record<string, unknown>

const root = resolve(import.meta.dirname, '..')
const spawners = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork', 'execa', 'execaSync', 'execaNode'])
/** Constants only: on Windows npm is a .cmd, which nothing but a shell starts. */
const allowedShells = ['scripts/lib/setup.mjs']

/** What is wrong with the commands of one source: `line: what`. */
function offences(path: string, source: string): string[] {
  const found: string[] = []
  const tell = (node: Node, what: string) => found.push(`${source.slice(0, node.start).split('\n').length}: ${what}`)
  const visit = (node: Node, parents: readonly Node[]) => {
    if (node.type === 'ImportDeclaration') checkImport(node, tell)
    if (node.type === 'TaggedTemplateExpression' && /^(execa|\$)/.test(calledName(node['tag'] as Node)))
      tell(node, 'a command as a template')
    if (node.type === 'CallExpression' && spawners.has(calledName(node)) && !allowedShells.includes(path)) checkShell(node, tell)
    if (node.type === 'ArrayExpression' && isArgv(node, path, parents)) checkArgv(node['elements'] as readonly (Node | null)[], tell)
    for (const child of childrenOf(node)) visit(child, [node, ...parents])
  }
  visit(parseSync(path, source).program as unknown as Node, [])
  return found
}

type Tell = (node: Node, what: string) => void

function checkImport(node: Node, tell: Tell) {
  const from = (node['source'] as { value: string }).value
  const banned = from.endsWith('child_process')
    ? /^exec(Sync)?$/
    : from === 'execa'
      ? /^(execaCommand|execaCommandSync|\$|parseCommandString)$/
      : null
  for (const each of node['specifiers'] as Node[]) {
    const name = (each['imported'] as { name?: string } | undefined)?.name ?? ''
    if (banned?.test(name)) tell(node, `${name} runs a shell or splits a text`)
  }
}

function checkShell(call: Node, tell: Tell) {
  for (const options of (call['arguments'] as Node[]).filter(({ type }) => type === 'ObjectExpression'))
    for (const property of options['properties'] as Node[])
      if (keyOf(property) === 'shell' && (property['value'] as Node)['value'] !== false) tell(property, 'a shell')
}

/** `args` and `argv` of a command, the array handed to a spawner, and what a function of an args.ts builds that is named for it. */
function isArgv(node: Node, path: string, parents: readonly Node[]): boolean {
  const [parent] = parents
  if (path.endsWith('/args.ts')) return parents.some((each) => nameOf(each['id'] as Node | null).endsWith('Args'))
  if (parent?.type === 'Property') return /^(args|argv)$/.test(keyOf(parent))
  if (parent?.type === 'VariableDeclarator') return /^(args|argv)$/.test(nameOf(parent['id'] as Node))
  return parent?.type === 'CallExpression' && spawners.has(calledName(parent)) && (parent['arguments'] as Node[])[1] === node
}

function checkArgv(elements: readonly (Node | null)[], tell: Tell) {
  let plain = ''
  let ended = false
  for (const element of elements) {
    if (!element) continue
    const dynamic = element.type === 'BinaryExpression' || (element.type === 'TemplateLiteral' && (element['expressions'] as []).length > 0)
    if (dynamic && /^-[a-z]*c$/.test(plain)) tell(element, `data within a script, after ${plain}`)
    else if (dynamic && !ended && element.type === 'TemplateLiteral' && firstText(element) === '')
      tell(element, 'data may make it an option')
    plain = element.type === 'Literal' ? String(element['value']) : ''
    ended ||= plain === '--'
  }
}

const firstText = (template: Node) => (template['quasis'] as { value: { raw: string } }[])[0]?.value.raw ?? ''
const nameOf = (node: Node | null | undefined): string => (node?.type === 'Identifier' ? String(node['name']) : '')
const keyOf = (property: Node): string => nameOf(property['key'] as Node | undefined)
const calledName = (node: Node): string => {
  if (node.type === 'CallExpression') return calledName(node['callee'] as Node)
  return node.type === 'MemberExpression' ? nameOf(node['property'] as Node) : nameOf(node)
}
const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flat()
    .filter((value): value is Node => typeof (value as Node | null)?.type === 'string')

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))

test.each([
  ['a shell', `spawn('npm', ['ci'], { shell: true })`],
  ['a shell by condition', `spawnSync(npm, ['ci'], { shell: isWindows })`],
  ['exec', `import { exec } from 'node:child_process'`],
  ['execSync', `import { execSync as run } from 'child_process'`],
  ['execaCommand', `import { execaCommand } from 'execa'`],
  ['a template', 'await execa`kind delete cluster --name ${name}`'],
  ['a template with options', 'await execa({ reject: false })`kind delete ${name}`'],
  ['data within a script', "run({ file: 'sh', args: ['-c', `rm -rf ${folder}`] })"],
  ['data added to a script', "run({ file: 'sh', args: ['-ec', 'rm -rf ' + folder] })"],
  ['an entry that data begins', "execa('kind', ['delete', 'cluster', `${prefix}-${name}`])"],
])('%s is caught', (_, line) => {
  expect(offences('src/main/core/bad.ts', line)).toHaveLength(1)
})

test.each([
  'execa(file, [`--name=${name}`, "--", `${name}-1`], { shell: false })',
  "run({ file: 'sh', args: ['-c', 'echo \"$1\"', 'sh', name] })",
  'const words = `${name} is there`',
])('%s is not', (line) => {
  expect(offences('src/main/core/good.ts', line)).toEqual([])
})

test('no source builds a command as a text, uses a shell, or lets data begin an argument', () => {
  const found = [...sources('src'), ...sources('scripts'), ...sources('e2e/support')]
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .flatMap((path) => offences(path, readFileSync(join(root, path), 'utf8')).map((what) => `${path}:${what}`))
  expect(found).toEqual([])
})
