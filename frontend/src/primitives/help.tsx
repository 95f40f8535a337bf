import { Icon } from './icon'
import './help.css'
import { Popover } from './popover'

/** The "?" beside a control: one sentence about it, by mouse, touch and keyboard. */
export function Help({ about, children }: { about: string; children: string }) {
  const trigger = (
    <button type="button" className="help" aria-label={`What is ${about}?`}>
      <Icon name="help" size={14} />
    </button>
  )
  return (
    <Popover label={`About ${about}`} trigger={trigger} side="top" align="start">
      <p className="help-text">{children}</p>
    </Popover>
  )
}
