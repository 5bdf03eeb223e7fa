import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** What is written the same in both languages: names of programs, kinds of the API, commands, keys. */
const same = new Set(
  [
    'kubeadm|kubelet|kubernetes|minikube|containerd|etcd|kindnet|systemd|cgroupfs|daocloud|aliyun|tuna|ingress|default|id|stdout|stderr',
    'kubeadm upgrade apply|kubeadm upgrade node|kubectl config use-context NAME|Swap, NumCPU|NumCPU',
    'Kubernetes|Pods|Namespace|DaemonSet|CRI|IPVS|YAML|Esc|Ctrl+Shift+L',
    // Each in itself, for those who cannot read the other.
    'English|简体中文',
  ].flatMap((some) => some.split('|')),
)
/** One word with what no word of a language holds: a path, an address, a name in a file. */
const example = /^(?=\S*[./:=_@\d-])\S+$/

/** What is read or read out and stands in the code instead of in the words of a language: texts in markup, and names in attributes and columns. */
function literalsOf(name: string, source: string): string[] {
  const found: string[] = []
  const told = (text: string) => {
    const words = text.replaceAll(/\s+/g, ' ').trim()
    if (/\p{L}{2}/u.test(words) && !same.has(words) && !example.test(words)) found.push(words)
  }
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (typeof node !== 'object' || node === null) return
    const one = node as Record<string, unknown> & { readonly type?: string }
    if (one.type === 'JSXText') told(String(one['value']))
    if (one.type === 'JSXElement' || one.type === 'JSXFragment')
      (one['children'] as unknown[]).forEach((child) => textsOf(child).forEach(told))
    if (one.type === 'JSXAttribute' && named.has(nameOf(one['name']))) textsOf(one['value']).forEach(told)
    if (one.type === 'Property' && named.has(nameOf(one['key']))) textsOf(one['value']).forEach(told)
    Object.values(one).forEach(walk)
  }
  walk(parseSync(name, source).program)
  return found
}

const named = new Set([
  'label',
  'title',
  'placeholder',
  'alt',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'note',
  'hint',
  'reason',
])
const nameOf = (node: unknown) => (node as { readonly name?: string } | null)?.name ?? ''

/** The texts that an expression may come to be: of a literal, a template, either side of a choice. */
function textsOf(node: unknown): string[] {
  const one = node as (Record<string, unknown> & { readonly type?: string }) | null
  switch (one?.type) {
    case 'Literal':
      return typeof one['value'] === 'string' ? [one['value']] : []
    case 'TemplateLiteral':
      return (one['quasis'] as { readonly value: { readonly cooked: string } }[]).map((part) => part.value.cooked)
    case 'JSXExpressionContainer':
      return textsOf(one['expression'])
    case 'ConditionalExpression':
      return [one['consequent'], one['alternate']].flatMap(textsOf)
    case 'LogicalExpression':
      return textsOf(one['right'])
    default:
      return []
  }
}

test('a text in the code is found wherever it may be read', () => {
  const source = '<p title="One word" aria-label={a ? `two ${b} three` : t("x")}>four {open ? "five" : null} <i>{t("six")}</i></p>'
  expect(literalsOf('a.tsx', source).sort()).toEqual(['One word', 'five', 'four', 'three', 'two'])
  expect(literalsOf('a.tsx', 'const columns = [{ key: "name", label: "seven" }]')).toEqual(['seven'])
})

test('every word on a page comes from the words of a language', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.tsx') && !/\.test\.tsx$|fixtures/.test(file),
  )
  expect(files.length).toBeGreaterThan(200)
  const found = files.flatMap((file) => literalsOf(file, readFileSync(join(root, file), 'utf8')).map((text) => `${file}: ${text}`))
  expect(found).toEqual([])
})
