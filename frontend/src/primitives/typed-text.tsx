import type { KeyboardEvent } from 'react'

export type TypedTextProps = {
  value: string
  /** How many letters it may have. */
  longest: number
  onCommit: (text: string) => void
  /** Nothing typed brings the old text back. */
  required?: boolean | undefined
  /** Several lines to write in; it stays one paragraph. */
  tall?: boolean | undefined
  /** Takes the focus as soon as it is there. */
  awaited?: boolean | undefined
  onClose?: (() => void) | undefined
  className?: string | undefined
  id?: string | undefined
  title?: string | undefined
  'aria-label'?: string | undefined
  'aria-labelledby'?: string | undefined
  'aria-describedby'?: string | undefined
}

/** Text that can be typed over. Enter or leaving it commits; Escape brings the old text back. */
export function TypedText(props: TypedTextProps) {
  const { value, longest, onCommit, required, tall, awaited, onClose, ...rest } = props
  const finish = (field: Field) => {
    const typed = field.value.replace(/\s+/g, ' ').trim().slice(0, longest).trim()
    if (typed === value || (required && !typed)) field.value = value
    else onCommit(typed)
    onClose?.()
  }
  const Element = tall ? 'textarea' : 'input'
  return (
    <Element
      {...rest}
      key={value}
      ref={awaited ? focusOnce : undefined}
      defaultValue={value}
      maxLength={Number.isFinite(longest) ? longest : undefined}
      autoComplete="off"
      onBlur={(event: { currentTarget: Field }) => finish(event.currentTarget)}
      onKeyDown={(event: KeyboardEvent<Field>) => leaveByKey(event, value)}
    />
  )
}

type Field = HTMLInputElement | HTMLTextAreaElement

function leaveByKey(event: KeyboardEvent<Field>, value: string): void {
  if (event.key !== 'Enter' && event.key !== 'Escape') return
  event.preventDefault()
  event.stopPropagation() // Escape closes the field, not what it lies in
  if (event.key === 'Escape') event.currentTarget.value = value
  event.currentTarget.blur()
}

function focusOnce(field: Field | null): void {
  field?.focus({ preventScroll: true })
  field?.select()
}
