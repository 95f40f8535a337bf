import { type ReactNode, useEffect, useState } from 'react'
import { Button, TextField } from '../primitives'
import { servedFirst } from './caption'
import { usePanels } from './panels'
import './gate.css'

const SLOW_AFTER_MS = 1500

/** Before the first picture. Says in words what it waits for, once that takes long enough to wonder. */
export function WaitingPage() {
  const [slow, setSlow] = useState(false)
  const ahead = usePanels((open) => open.ahead)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Gate
      title={slow ? 'Starting the engine …' : ''}
      sentence={slow ? `${servedFirst(ahead)}The first network is being compiled.` : ''}
    />
  )
}

export function TroublePage({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <Gate title="Netloom cannot start here" sentence={message}>
      <Button look="accent" icon="restart" onClick={() => onRetry()}>
        Try again
      </Button>
    </Gate>
  )
}

/** A class's server: its address carries a key. */
export function DoorPage({ message, onKey }: { message: string; onKey: (key: string) => void }) {
  const [key, setKey] = useState('')
  const enter = () => onKey(keyOf(key))
  return (
    <Gate title="This Netloom belongs to a class" sentence={message}>
      <form
        className="gate-form"
        onSubmit={(event) => {
          event.preventDefault()
          enter()
        }}
      >
        <TextField
          label="Class address or its key"
          value={key}
          onChange={setKey}
          placeholder="http://…/#key=…"
        />
        <Button look="accent" type="submit" disabled={!key.trim()}>
          Enter
        </Button>
      </form>
    </Gate>
  )
}

/** The whole address works as well as the key alone. */
function keyOf(text: string): string {
  return text.trim().replace(/^.*#key=/, '')
}

export function Gate({
  title,
  sentence,
  children,
}: {
  title: string
  sentence: string
  children?: ReactNode
}) {
  return (
    <main className="gate" aria-busy={children ? undefined : true}>
      <p className="wordmark">
        net<b>loom</b>
      </p>
      <h1>{title}</h1>
      <p className="gate-sentence" role="status">
        {sentence}
      </p>
      {children}
    </main>
  )
}
