import { useEffect, useState } from 'react'
import { VisuallyHidden } from '../../ui/index.ts'
import { useStable } from './use-stable.ts'

const everyMs = 500

type FindVoiceProps = {
  /** What was asked for: each time it is another, the answer is told once. Empty: nothing was. */
  readonly asked: string
  /** Null: still being searched. */
  readonly answer: string | null
}

/** Tells whoever listens what a search has found when it is done, not each number on the way: on a busy log that is another one 20 times a second. */
export function FindVoice({ asked, answer }: FindVoiceProps) {
  const [said, say] = useState({ asked: '', answer: '' })
  const look = useStable(() => {
    if (answer !== null) say({ asked, answer })
    return answer !== null
  })
  useEffect(() => {
    if (asked === '') return
    const timer = setInterval(() => {
      if (look()) clearInterval(timer)
    }, everyMs)
    return () => clearInterval(timer)
  }, [asked, look])
  return (
    <VisuallyHidden>
      <span role="status">{said.asked === asked ? said.answer : ''}</span>
    </VisuallyHidden>
  )
}
