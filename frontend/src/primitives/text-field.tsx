import type { ComponentProps } from 'react'
import { Field, type FieldProps } from './field'

/** A line of text: a name, a formula. Its error shows under it. */
export function TextField(
  props: FieldProps & {
    value: string
    onChange: (value: string) => void
    onCommit?: ((value: string) => void) | undefined
    placeholder?: string | undefined
    disabled?: boolean | undefined
    mono?: boolean | undefined
    inputMode?: ComponentProps<'input'>['inputMode']
  },
) {
  return (
    <Field {...props}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          type="text"
          autoComplete="off"
          spellCheck={false}
          style={props.mono ? { fontFamily: 'var(--mono)' } : undefined}
          value={props.value}
          placeholder={props.placeholder}
          disabled={props.disabled}
          inputMode={props.inputMode}
          onChange={(event) => props.onChange(event.target.value)}
          onBlur={(event) => props.onCommit?.(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && props.onCommit?.(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
