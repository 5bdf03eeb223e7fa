import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from './button.tsx'
import { VisuallyHidden } from './visually-hidden.tsx'

type CopyButtonProps = {
  readonly text: string | (() => string | Promise<string>)
  readonly label?: string
  readonly children?: ReactNode
  readonly size?: 'small' | 'normal'
  readonly variant?: 'plain' | 'quiet'
}

/** Copies, and says so for two seconds. With children a button with words, without an icon. */
export function CopyButton({ text, label, children, size = 'small', variant = 'quiet' }: CopyButtonProps) {
  const { t } = useTranslation('common')
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text())
      setState('copied')
    } catch {
      setState('failed')
    }
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setState('idle'), 2000)
  }
  const said = state === 'copied' ? t('copied') : state === 'failed' ? t('copyFailed') : ''
  return (
    <>
      {children ? (
        <Button variant={variant} size={size} icon={state === 'copied' ? Check : Copy} onClick={() => void copy()}>
          {said || children}
        </Button>
      ) : (
        <IconButton small icon={state === 'copied' ? Check : Copy} label={said || (label ?? t('copy'))} onClick={() => void copy()} />
      )}
      <span role="status">
        <VisuallyHidden>{said}</VisuallyHidden>
      </span>
    </>
  )
}
