import { Switch as Radix } from 'radix-ui'
import { useId } from 'react'
import { Help } from './help'
import './switch.css'

/** On or off at once, with its words before it. */
export function Switch(props: {
  label: string
  checked: boolean
  onChange: (checked: boolean) => void
  help?: string | undefined
  disabled?: boolean | undefined
}) {
  const id = useId()
  return (
    <div className="switch-row">
      <label htmlFor={id}>{props.label}</label>
      {props.help && <Help about={props.label}>{props.help}</Help>}
      <Radix.Root
        id={id}
        className="switch"
        aria-description={props.help}
        checked={props.checked}
        onCheckedChange={props.onChange}
        disabled={props.disabled ?? false}
      >
        <Radix.Thumb className="switch-thumb" />
      </Radix.Root>
    </div>
  )
}
