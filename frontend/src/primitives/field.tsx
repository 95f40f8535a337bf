import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'
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

type Aside = ReactNode | ((ids: FieldIds) => ReactNode)

/** Label and help above, the control, its error below. `aside` stands right of the label: the present value. */
export function Field(props: FieldProps & { aside?: Aside; children: (ids: FieldIds) => ReactNode }) {
  const id = useId()
  const { aside, help, error } = props
  const ids: FieldIds = {
    id,
    'aria-labelledby': `${id}-label`,
    'aria-describedby': classNames(help && `${id}-help`, error && `${id}-error`) || undefined,
    'aria-invalid': error ? true : undefined,
  }
  return (
    <div className="field" data-invalid={error ? true : undefined}>
      <FieldHead {...props} id={id} aside={typeof aside === 'function' ? aside(ids) : aside} />
      {props.children(ids)}
      {help && (
        <span id={`${id}-help`} hidden>
          {help}
        </span>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`} role="alert">
          {error}
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
