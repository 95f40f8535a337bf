import type { ReactNode } from 'react'
import { Button } from './button'
import './chip.css'

/** A word that is on or off, such as the input x². */
export function ToggleChip(props: {
  children: ReactNode
  pressed: boolean
  onChange: (pressed: boolean) => void
  tooltip?: string | undefined
  disabled?: boolean | undefined
  label?: string | undefined
}) {
  return (
    <Button
      className="chip toggle-chip"
      pressed={props.pressed}
      tooltip={props.tooltip}
      disabled={props.disabled}
      aria-label={props.label}
      onClick={() => props.onChange(!props.pressed)}
    >
      {props.children}
    </Button>
  )
}
