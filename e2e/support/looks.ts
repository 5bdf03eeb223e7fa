import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { violationsOf } from './axe.ts'
import type { CoveClient } from './client.ts'
import { overflowOf } from './overflow.ts'

type Api = CoveClient['api']
export type Look = { readonly theme: 'light' | 'dark'; readonly language: 'en' | 'zh-CN' }

const usualLook: Look = { theme: 'light', language: 'en' }
export const looks: readonly Look[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['en', 'zh-CN'] as const).map((language) => ({ theme, language })),
)
/** Each theme and each language once: colours follow the theme alone, words the language alone. */
export const twoLooks: readonly Look[] = [usualLook, { theme: 'dark', language: 'zh-CN' }]

export const usual = { width: 1280, height: 800 }
/** The last but one is 1280 × 800 at 200 %. */
const sizes = [usual, { width: 900, height: 600 }, { width: 640, height: 400 }, { width: 320, height: 700 }]
/** What scrolls inside of a page is seen whole in it. */
const tall = { width: 1280, height: 2000 }

/** The page follows the settings by itself. */
export async function wear(page: Page, api: Api, { theme, language }: Look): Promise<void> {
  await api.settings.set({ theme, language })
  await expect(page.locator(`html[lang="${language}"][data-theme="${theme}"]`)).toBeAttached()
}

/** What is wider than the window, by size of it; the page has its usual size again afterwards. */
export async function overflowInSizes(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    found.push(...(await overflowOf(page)).map((each) => `${size.width}×${size.height}: ${each}`))
  }
  await page.setViewportSize(usual)
  return found
}

/** What does not fit where a reader spaces text out (WCAG 1.4.12), and where the words of another language are 40 % longer. */
export async function overflowStretched(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const [how, stretch] of [
    ['spaced', spaceOut],
    ['longer', lengthen],
  ] as const) {
    const undo = await page.evaluateHandle(stretch)
    for (const size of [usual, { width: 900, height: 600 }]) {
      await page.setViewportSize(size)
      found.push(...(await overflowOf(page)).map((each) => `${how}, ${size.width}×${size.height}: ${each}`))
    }
    await undo.evaluate((done) => done())
  }
  await page.setViewportSize(usual)
  return found
}

function spaceOut(): () => void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`)
  document.adoptedStyleSheets.push(sheet)
  return () => void (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet))
}

/** Names, commands, signs on a button and what tools print have their length in every language. */
function lengthen(): () => void {
  const changed: { readonly node: Node; readonly was: string; readonly is: string }[] = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.parentElement?.closest('.mono, code, pre, kbd, script, style, .icon-btn, .cm-editor, .xterm, [data-seq]')) continue
    const was = node.nodeValue ?? ''
    const is = was.replace(/\p{L}+/gu, (word) => word + word.slice(0, Math.ceil(word.length * 0.4)))
    if (is === was) continue
    node.nodeValue = is
    changed.push({ node, was, is })
  }
  return () => {
    for (const { node, was, is } of changed) if (node.nodeValue === is) node.nodeValue = was
  }
}

/** Faults of WCAG 2.2 AA, and what is wider than the window in any size. */
export async function faultsOf(page: Page): Promise<string[]> {
  return [...(await violationsOf(page)), ...(await overflowInSizes(page))]
}

export type Looks = ReturnType<typeof createLooks>

/** A page in every theme and language; each of these leaves it in light, English and of usual size. `shots`: how the names of its pictures begin. */
export function createLooks({ page, api, shots }: { readonly page: Page; readonly api: Api; readonly shots: string }) {
  const each = async (act: (look: Look) => Promise<void>, which = looks) => {
    for (const look of which) {
      await wear(page, api, look)
      await act(look)
    }
    await page.setViewportSize(usual)
    await wear(page, api, usualLook)
  }
  return {
    each,
    /** `faultsOf` the page as it stands, in each look. */
    faults: async (which = looks): Promise<string[]> => {
      const found: string[] = []
      await each(async ({ theme, language }) => {
        found.push(...(await faultsOf(page)).map((fault) => `${theme} ${language} ${fault}`))
      }, which)
      return found
    },
    /** Pictures of the page as it stands, where COVE_SCREENSHOTS names a folder for them. */
    shot: async (name: string): Promise<void> => {
      const folder = process.env['COVE_SCREENSHOTS']
      if (!folder) return
      await each(async ({ theme, language }) => {
        for (const size of [...sizes, tall]) {
          await page.setViewportSize(size)
          const path = join(folder, `${shots}-${name}-${theme}-${language}-${size.width}x${size.height}.png`)
          await page.screenshot({ path, animations: 'disabled' })
        }
      })
    },
  }
}
