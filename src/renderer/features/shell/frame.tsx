import { LoaderCircle } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ComponentType } from 'react'
import { cx } from '../../ui/cx.ts'
import { early, isPaletteKey } from './early.ts'
import { usePath } from './path.ts'
import { Rail } from './rail.tsx'
import { RailFoot } from './rail-foot.tsx'
import { useShellWords } from './shell-words.ts'
import './shell.css'

/** All that stands in the frame. Each part brings what it needs around it: the frame must not begin afresh when they come. */
export type FrameParts = {
  /** Header and content of the page that the address names. */
  readonly Page: ComponentType
  readonly ClusterCount: ComponentType
  readonly RunningJobs: ComponentType
  readonly Engine: ComponentType
}

/** The frame around every page: skip link and rail. It is all of the first paint; `load` is asked for the rest right after it. */
export function Frame({ load }: { readonly load: () => Promise<FrameParts> }) {
  const words = useShellWords()
  const path = usePath()
  const [parts, setParts] = useState<FrameParts | 'failed' | null>(null)
  useEffect(() => {
    // The browser has a use of its own for this key.
    const onKey = (event: KeyboardEvent) => {
      if (!isPaletteKey(event)) return
      event.preventDefault()
      early.palette = !early.palette
    }
    window.addEventListener('keydown', onKey)
    const over = () => window.removeEventListener('keydown', onKey)
    load()
      .then(
        (come) => {
          early.main = document.activeElement?.id === 'main'
          setParts(come)
        },
        (error: unknown) => {
          console.error(error)
          setParts('failed')
        },
      )
      .finally(over)
    return over
  }, [load])
  const here = parts === 'failed' ? null : parts
  return (
    <>
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          // The hash is the route, so the jump is made by hand.
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        {words.skip}
      </a>
      <div className={cx('window', path.startsWith('/logs') && 'narrow-rail')}>
        <Rail
          clusterCount={here && <here.ClusterCount />}
          runningJobs={here && <here.RunningJobs />}
          foot={
            here ? <here.Engine /> : <RailFoot icon={LoaderCircle} tone="idle" spin name={words.engine.name} words={words.engine.loading} />
          }
        />
        {here ? <here.Page /> : <NoPage failed={parts === 'failed'} />}
      </div>
    </>
  )
}

/** Where the page will be; when its code does not come, that and the way out. */
function NoPage({ failed }: { readonly failed: boolean }) {
  const { crash } = useShellWords()
  return (
    <>
      <header className="header">{failed ? <h1>{crash.title}</h1> : null}</header>
      <main className="page" id="main" tabIndex={-1} aria-busy={!failed}>
        {failed ? (
          <div className="section" role="alert">
            <p>{crash.text}</p>
            <button type="button" className="btn primary" onClick={() => window.location.reload()}>
              {crash.again}
            </button>
          </div>
        ) : null}
      </main>
    </>
  )
}
