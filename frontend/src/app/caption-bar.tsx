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
      {onClick && (
        <Button size="small" onClick={onClick}>
          {label}
        </Button>
      )}
    </div>
  )
}
