import type { ComponentProps, MouseEvent } from 'react'
import './button.css'
import { classNames } from './class-names'
import { Icon, type IconName } from './icon'
import { type Side, Tooltip } from './tooltip'

export type ButtonLook = 'accent' | 'plain' | 'quiet' | 'danger'

export type ButtonProps = ComponentProps<'button'> & {
  look?: ButtonLook | undefined
  size?: 'small' | 'medium' | 'large' | undefined
  icon?: IconName | undefined
  /** For a button that stays pressed; its state is then announced. */
  pressed?: boolean | undefined
  /** Shown on hover and focus; with `disabled` it can say why, so the button stays reachable. */
  tooltip?: string | undefined
  shortcut?: string | undefined
  tooltipSide?: Side | undefined
}

/** A button with words. One `accent` a page: the action the page is for. */
export function Button({ tooltip, shortcut, tooltipSide, ...rest }: ButtonProps) {
  if (!tooltip) return <BareButton {...rest} />
  return (
    <Tooltip text={tooltip} shortcut={shortcut} side={tooltipSide}>
      <BareButton {...rest} explained />
    </Tooltip>
  )
}

type BareProps = Omit<ButtonProps, 'tooltip' | 'shortcut' | 'tooltipSide'> & { explained?: boolean }

function BareButton({ look = 'plain', size = 'medium', icon, pressed, explained, ...rest }: BareProps) {
  const { disabled, onClick, className, children, ...props } = rest
  const click = (event: MouseEvent<HTMLButtonElement>) =>
    disabled ? event.preventDefault() : onClick?.(event)
  return (
    <button
      type="button"
      {...props}
      className={classNames('button', `button-${look}`, `button-${size}`, className)}
      disabled={disabled && !explained}
      aria-disabled={disabled || undefined}
      aria-pressed={pressed}
      onClick={click}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

export type IconButtonProps = Omit<ButtonProps, 'children' | 'tooltip' | 'icon'> & {
  icon: IconName
  /** Its name, read aloud and shown as the tooltip. */
  label: string
  /** The tooltip where it says more than the name, or why the button is off. */
  tooltip?: string | undefined
}

/** A button with a picture only. */
export function IconButton({ label, tooltip, className, look = 'quiet', ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      look={look}
      tooltip={tooltip ?? label}
      aria-label={label}
      className={classNames('button-icon', className)}
    />
  )
}
