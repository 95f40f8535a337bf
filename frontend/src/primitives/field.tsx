import { type ReactNode, useId } from 'react'
import './field.css'
import { Help } from './help'

export type FieldProps = {
  label: string
  help?: string | undefined
  error?: string | undefined
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean | undefined
}

/** What the control inside a field must carry to be tied to its label and error. */
export type FieldIds = {
  id: string
  'aria-labelledby': string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

/** Label and help above, the control, its error below. `aside` stands right of the label: the present value. */
export function Field(props: FieldProps & { aside?: ReactNode; children: (ids: FieldIds) => ReactNode }) {
  const id = useId()
  const ids: FieldIds = {
    id,
    'aria-labelledby': `${id}-label`,
    'aria-describedby': props.error ? `${id}-error` : undefined,
    'aria-invalid': props.error ? true : undefined,
  }
  return (
    <div className="field" data-invalid={props.error ? true : undefined}>
      <FieldHead {...props} id={id} />
      {props.children(ids)}
      {props.error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {props.error}
        </p>
      )}
    </div>
  )
}

function FieldHead(props: FieldProps & { id: string; aside?: ReactNode }) {
  const label = (
    <label
      className={props.hideLabel ? 'visually-hidden' : 'field-label'}
      id={`${props.id}-label`}
      htmlFor={props.id}
    >
      {props.label}
    </label>
  )
  if (props.hideLabel) return label
  return (
    <div className="field-head">
      {label}
      {props.help && <Help about={props.label}>{props.help}</Help>}
      <span className="field-aside">{props.aside}</span>
    </div>
  )
}
