import { useShallow } from 'zustand/react/shallow'
import { Button, classNames, Icon } from '../primitives'
import { useNetloom } from '../state'
import { captionOf, openingOf } from './caption'
import { usePanels } from './panels'
import './caption-bar.css'

/** One line above the network: the question, or what just happened and what can be done. Its height never changes. */
export function CaptionBar() {
  const opening = usePanels((open) => open.opening)
  const standing = useNetloom(useShallow(captionOf))
  const { tone, icon, title, text, label, onClick } = opening ? openingOf(opening) : standing
  return (
    <div className={classNames('caption', `caption-${tone}`)} role={tone === 'bad' ? 'alert' : 'status'}>
      {icon && <Icon name={icon} />}
      <p title={text}>
        {title && <strong>{title}</strong>} {text}
      </p>
      <Pace />
      {onClick && (
        <Button size="small" onClick={onClick}>
          {label}
        </Button>
      )}
    </div>
  )
}

/** Fewer pictures than usual are said, quietly: epochs are never left out. */
function Pace() {
  const { framesPerSecond, reduced, dropping } = useNetloom((model) => model.pace)
  const shown = useNetloom((model) => model.run?.playing ?? false) && (reduced || dropping)
  if (!shown) return null
  const words = reduced
    ? `${framesPerSecond} pictures a second here`
    : 'Slow connection: pictures are skipped'
  return (
    <small className="caption-pace" title="Every epoch is still trained and counted.">
      {words}
    </small>
  )
}
