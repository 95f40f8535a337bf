import { useRef } from 'react'
import { actions, useNetloom } from '../state'

const MOST_LETTERS = 80

/** The experiment's name, which can be typed over. */
export function Title() {
  const name = useNetloom((model) => model.experiment.name)
  const field = useRef<HTMLInputElement>(null)
  const commit = (text: string) => {
    const typed = text.trim().slice(0, MOST_LETTERS)
    if (typed && typed !== name) void actions.edit({ name: typed }, 'Rename')
    else if (field.current) field.current.value = name
  }
  return (
    <input
      key={name}
      ref={field}
      className="title"
      aria-label="Name of this experiment"
      defaultValue={name}
      maxLength={MOST_LETTERS}
      spellCheck={false}
      onBlur={(event) => commit(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key !== 'Escape') return
        event.currentTarget.value = name
        event.currentTarget.blur()
      }}
    />
  )
}
