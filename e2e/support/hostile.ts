import type { Page } from '@playwright/test'
import type { LogScript, RawLine } from './log-api/script.ts'
import { logRow } from './log-page.ts'

const esc = '\u001b'

/** Text that has acted on terminals, pages or readers elsewhere; each has a word of its own, `H-…`, by which its row is found. */
export const hostileTexts = {
  colours: `${esc}[31mred${esc}[0m ${esc}[1;4;38;5;208mbold${esc}[0m H-colours`,
  cursor: `${esc}[2J${esc}[1;1H${esc}[999D${esc}[1A overwrites H-cursor`,
  title: `${esc}]0;owned${'\u0007'}after H-title`,
  link: `${esc}]8;;https://evil.example/${esc}\\press me${esc}]8;;${esc}\\ H-link`,
  clipboard: `${esc}]52;c;cm0gLXJmIC8=${'\u0007'} H-clipboard`,
  unended: `H-unended ${esc}]0;never ends`,
  device: `${esc}P$qm${esc}\\ ${'\u009b'}31m eight bits ${'\u0090'} H-device`,
  script: '<script>window.owned = 1</script> H-script',
  image: '<img src=x onerror="window.owned = 1"> H-image',
  closing: '</span></div></body></html><svg onload=window.owned=1> H-closing',
  entity: '&lt;b&gt; &#60;script&#62; &amp; H-entity',
  address: 'javascript:window.owned=1 file:///etc/passwd data:text/html,<script>window.owned=1</script> H-address',
  template: '{{constructor.constructor("window.owned=1")()}} ${window.owned=1} $t(title) H-template',
  json: JSON.stringify({
    level: '<img src=x onerror="window.owned=1">',
    msg: `${esc}[2J\u202etxt.exe`,
    ['__proto__']: { owned: 1 },
    n: 'H-json',
  }),
  // As JSON spells them out they are plain ASCII until somebody parses the line.
  spelt: String.raw`{"level":"error","msg":"a\u202eb\u001b[31m\u0000","k\u202e":"v\u2066","n":"H-spelt"}`,
  override: 'user \u202egnp.exe\u202c and \u2066isolate\u2069 H-override',
  overrideOpen: 'H-open \u202e\u2067\u202d never closed',
  separators: 'one\u2028two\u2029three\u0085four H-separators',
  combining: `Z${'\u0334\u0321\u0353'.repeat(200)} H-combining`,
  emoji: '请求完成 👩🏽‍🚀 שלום مرحبا H-emoji',
  carriage: 'first of all\rover\bwritten\u007f H-carriage',
  nul: 'a\0b\0 H-nul',
} as const

/** The same in bytes that are no text. */
const hostileBytes: Record<string, Buffer> = {
  utf8: Buffer.concat([
    Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x92, 0xed, 0xa0, 0x80, 0xc0, 0xaf]),
    Buffer.from(' H-utf8'),
  ]),
  cut: Buffer.concat([Buffer.from('H-cut '), Buffer.from('请').subarray(0, 2)]),
}

/** One row: a stack trace in colours, with what could turn it. */
const hostileTrace = [
  `${esc}[31mERROR${esc}[0m java.lang.IllegalStateException: order 7 H-trace`,
  `\tat ${esc}[33mshop.Orders${esc}[0m.close(Orders.java:40)`,
  `\tat shop.Main.\u202emain(Main.java:12)${esc}]0;owned${'\u0007'}`,
]

const longPart = 'H-long <b>0123456'
const longRepeat = Math.ceil(50_000_000 / longPart.length)
/** Characters of the long line. */
export const longLine = longRepeat * longPart.length

/** One for each of them. */
export const hostileWords = [...Object.values(hostileTexts), ...Object.values(hostileBytes), hostileTrace[0] ?? ''].map(
  (line: string | Buffer) => {
    const word = /H-\w+/.exec(line.toString())?.[0]
    if (!word) throw new Error('a hostile line without a word of its own')
    return word
  },
)

/** Every hostile line, then one of 50 MB, then a plain one. */
export function hostileLines(): RawLine[] {
  const base64 = (text: string | Buffer) => ({ base64: Buffer.from(text as string).toString('base64') })
  return [
    ...Object.values(hostileTexts).map(base64),
    ...Object.values(hostileBytes).map(base64),
    ...hostileTrace.map(base64),
    { ...base64(longPart), repeat: longRepeat },
    base64('n=1 the last line'),
  ]
}

export const hostileName = `<img src=x onerror=window.owned=1> ${esc}[31m\u202egnp.exe`

/** Of a workload: the API is asked for it by a field selector, which an equals sign would end. */
export const hostileWorkload = hostileName.replaceAll('=', '-')

/** Path and value of a field whose both names turn the reading direction: see `spelt`. */
export const hostileField = { path: 'k\u202e', value: 'v\u2066' }

/**
 * Pods whose lines, names, reasons, labels and refusals are all hostile, with containers of every kind, of a Deployment and a StatefulSet of such names; no real API would let the names
 * through.
 */
export function hostileScript(): LogScript {
  const status = {
    restartCount: 3,
    lastState: { terminated: { exitCode: 7, reason: hostileName, finishedAt: '2026-01-01T00:00:00Z', startedAt: '2026-01-01T00:00:00Z' } },
  }
  const waiting = { state: { waiting: { reason: hostileName, message: hostileName } }, ready: false }
  const container = (letter: string) => ({ name: `${letter} ${hostileName}`, image: 'scripted:1' })
  const workload = (app: string) => ({ metadata: { name: hostileWorkload, uid: app }, spec: { selector: { matchLabels: { app } } } })
  const log = { kind: 'raw', lines: [{ base64: Buffer.from('n=1 of a hostile name').toString('base64') }] } as const
  return {
    pods: [
      { name: 'lines', labels: { app: 'lines' }, containers: [{ name: 'lines', log: { kind: 'raw', lines: hostileLines() } }] },
      {
        name: hostileName,
        labels: { app: 'names', [hostileName]: hostileName },
        containers: [
          { name: `a ${hostileName}`, log, status, previous: log },
          { name: `b ${hostileName}`, log, status: { ...status, ...waiting } },
          { name: `i ${hostileName}`, log, previous: log },
          { name: `e ${hostileName}`, log },
        ],
        over: {
          metadata: {
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: hostileWorkload, uid: 'x', controller: true }],
          },
          spec: {
            nodeName: hostileName,
            containers: ['a', 'b'].map(container),
            initContainers: ['i'].map(container),
            ephemeralContainers: ['e'].map(container),
          },
          status: {
            reason: hostileName,
            message: hostileName,
            initContainerStatuses: [{ name: `i ${hostileName}`, ...status, state: status.lastState }],
            ephemeralContainerStatuses: [{ name: `e ${hostileName}`, restartCount: 0, ready: true, state: { running: {} } }],
          },
        },
      },
      {
        name: `deployed ${hostileName}`,
        labels: { app: 'deployed', 'pod-template-hash': 'abc' },
        containers: [{ name: 'only', log }],
        over: {
          metadata: {
            ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${hostileWorkload}-abc`, uid: 'y', controller: true }],
          },
        },
      },
      {
        name: 'refused',
        labels: { app: 'refused' },
        containers: [{ name: 'refused', log, refused: { code: 403, reason: 'Forbidden', message: `${hostileName} may not` } }],
      },
    ],
    objects: {
      '/apis/apps/v1/namespaces/default/deployments': [workload('deployed')],
      '/apis/apps/v1/namespaces/default/statefulsets': [workload('names')],
      [`/api/v1/namespaces`]: ['default', `space ${hostileName}`].map((name) => ({
        metadata: { name, uid: name },
        status: { phase: 'Active' },
      })),
      '/api/v1/nodes': [
        { metadata: { name: hostileName, uid: 'node' }, spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
      ],
    },
  }
}

/** Goes through so many rows of a log, from the row that is chosen: the words of hostile lines that stand in one row and no other, and what any of them did. */
export async function hostileRowsOf(page: Page, count: number): Promise<{ readonly once: string[]; readonly harm: string[] }> {
  // Not all of them are on the page at once.
  const texts = new Map<string, string>()
  const harm = new Set<string>()
  for (let steps = 0; texts.size < count && steps < 60; steps++) {
    for (const row of await page.locator(logRow).all())
      texts.set((await row.getAttribute('data-seq')) ?? '', (await row.textContent()) ?? '')
    for (const each of await harmOf(page)) harm.add(each)
    await page.keyboard.press('j')
  }
  const lines = [...texts.values()]
  return { once: hostileWords.filter((word) => lines.filter((each) => each.includes(word)).length === 1), harm: [...harm] }
}

/** What of the page did, or could do, anything: code that ran, elements out of data, raw control or direction characters in what is shown or named. */
export function harmOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    if ('owned' in window) found.push('code out of data ran')
    // The build's own script stands in the head; icons of the page are svg, so these are only told by what they could do.
    for (const element of document.querySelectorAll(
      'body script, body img, body iframe, body object, body embed, body base, body [onload], body [onerror], a[href^="javascript:" i], a[href^="data:" i], a[href^="file:" i], a[href*="evil"]',
    ))
      found.push(`an element out of data: ${element.outerHTML.slice(0, 200)}`)
    // Tab and newline are text; a direction mark inside a <bdi> is not, either.
    // oxlint-disable-next-line no-control-regex
    const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
    const told = (where: string, text: string) => {
      if (raw.test(text)) found.push(`raw control characters in ${where}: ${JSON.stringify(text.slice(0, 200))}`)
    }
    told('the title', document.title)
    for (const element of document.querySelectorAll('body *')) {
      // What a list knows its entries by, and the field that a form would send, are neither shown nor named.
      const unseen = element.matches('input[aria-hidden="true"]')
      for (const { name, value } of element.attributes) if (!unseen && !name.startsWith('data-')) told(`${element.tagName} ${name}`, value)
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) told(element.className || element.tagName, node.nodeValue ?? '')
    }
    return found
  })
}
