import { type ComponentProps, type KeyboardEvent, useState } from 'react'
import { formatSetting, parseNumber } from '../core/format'
import { classNames } from './class-names'
import './typed-number.css'

export type TypedNumberProps = {
  value: number
  min: number
  max: number
  integer?: boolean | undefined
  onCommit: (value: number) => void
  format?: ((value: number) => string) | undefined
  /** Told why what was typed was not taken as it is; null when it was. */
  onRemark?: ((sentence: string | null) => void) | undefined
  /** Arrow up and down change by this. */
  step?: number | undefined
} & Pick<
  ComponentProps<'input'>,
  'id' | 'className' | 'disabled' | 'aria-label' | 'aria-labelledby' | 'aria-describedby'
>

/**
 * A number that can be typed over. Enter or leaving the field commits it, held within min..max;
 * Escape, or text that is no number, brings the old one back.
 */
export function TypedNumber({
  value,
  min,
  max,
  integer,
  onCommit,
  format = formatSetting,
  step,
  onRemark,
  ...rest
}: TypedNumberProps) {
  const [draft, setDraft] = useState<string>()
  const send = (wanted: number) => {
    onRemark?.(remarkOn(wanted, min, max, format))
    if (Number.isNaN(wanted)) return
    const held = Math.min(Math.max(integer ? Math.round(wanted) : wanted, min), max)
    if (held !== value) onCommit(held)
  }
  const finish = () => {
    if (draft !== undefined) send(endNamed(draft, [min, max], format) ?? parseNumber(draft))
    setDraft(undefined)
  }
  const onBlur = () => {
    onRemark?.(null)
    finish()
  }
  const giveUp = () => {
    onRemark?.(null)
    setDraft(undefined)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation()
    if (event.key === 'Enter') finish()
    if (event.key === 'Escape') giveUp()
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (!step || !direction) return
    event.preventDefault()
    setDraft(undefined)
    send(Number((value + direction * step).toPrecision(12)))
  }
  return (
    <input
      {...rest}
      className={classNames('typed-number', rest.className)}
      type="text"
      inputMode={integer ? 'numeric' : 'decimal'}
      autoComplete="off"
      spellCheck={false}
      value={draft ?? format(value)}
      onChange={(event) => {
        onRemark?.(null)
        setDraft(event.target.value)
      }}
      onFocus={(event) => event.target.select()}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    />
  )
}

type Format = (value: number) => string

/** The end that has a word of its own: "off", "all 140" or just "all". */
function endNamed(text: string, ends: readonly number[], format: Format): number | undefined {
  const typed = text.trim().toLowerCase()
  return ends.find((end) => [format(end), format(end).split(' ')[0]].includes(typed))
}

function remarkOn(wanted: number, min: number, max: number, format: Format): string | null {
  if (Number.isNaN(wanted)) return 'That is not a number; the old one stays.'
  if (wanted < min) return `The least here is ${format(min)}.`
  return wanted > max ? `The most here is ${format(max)}.` : null
}
