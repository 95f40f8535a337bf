import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Button, classNames, Icon, IconButton, TypedText } from '../primitives'
import { useNetloom } from '../state'
import { captionOf, openingOf } from './caption'
import { changeWords } from './change'
import { usePanels } from './panels'
import { useFacts } from './use-facts'
import './caption-bar.css'

/** One line above the network: the question, or what just happened and what can be done. Its height never changes. */
export function CaptionBar() {
  const { opening, ahead } = usePanels(useShallow(({ opening, ahead }) => ({ opening, ahead })))
  const standing = useNetloom(useShallow(captionOf))
  const [typing, setTyping] = useState<boolean>()
  const present = useNetloom((model) => model.present)
  const { tone, icon, title, text, label, asks, onClick } = opening ? openingOf(opening, ahead) : standing
  return (
    <div className={classNames('caption', `caption-${tone}`)} data-asks={asks || undefined}>
      {icon && <Icon name={icon} />}
      {typing ? (
        <QuestionField onClose={() => setTyping(false)} />
      ) : (
        <p role={tone === 'bad' ? 'alert' : 'status'} title={text}>
          {title && <strong>{title}</strong>} {text}
        </p>
      )}
      {asks && !typing && !present && (
        <IconButton
          ref={typing === false ? focusIfLost : undefined}
          icon="draw"
          size="small"
          label="Edit the question"
          tooltip="Ask another question; the link carries it"
          onClick={() => setTyping(true)}
        />
      )}
      <Pace />
      {onClick && (
        <Button size="small" onClick={onClick}>
          {label}
        </Button>
      )}
    </div>
  )
}

/** After Enter or Escape the focus is nowhere; after a click it is where the click was. */
function focusIfLost(button: HTMLButtonElement | null): void {
  setTimeout(() => document.activeElement === document.body && button?.focus({ preventScroll: true }))
}

/** The question in place of itself; what happens meanwhile does not take it away. */
function QuestionField({ onClose }: { onClose: () => void }) {
  const facts = useFacts('question')
  const question = useNetloom((model) => model.experiment.question)
  return (
    <TypedText
      className="input"
      aria-label={facts.title}
      awaited
      value={question}
      longest={facts.longest}
      onCommit={(text) => changeWords('question', text)}
      onClose={onClose}
    />
  )
}

/** Fewer pictures than usual are said, quietly: epochs are never left out. */
function Pace() {
  const { framesPerSecond, reduced, dropping } = useNetloom((model) => model.pace)
  const shown = useNetloom((model) => model.run?.playing ?? false) && (reduced || dropping)
  if (!shown) return null
  const pace = reduced ? ` It shows ${framesPerSecond} pictures a second.` : ''
  return (
    <small
      className="caption-pace"
      title={`This browser or its connection is slower than the training.${pace} Every epoch is still trained and counted.`}
    >
      Fewer pictures
    </small>
  )
}
