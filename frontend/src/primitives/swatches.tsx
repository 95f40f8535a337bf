import { RadioGroup as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import './swatches.css'
import { Tooltip } from './tooltip'

export type Swatch<Value extends string> = {
  value: Value
  /** Its name, shown below the picture. */
  label: string
  picture: ReactNode
  /** One sentence about it. */
  hint?: string | undefined
  disabled?: boolean | undefined
}

/** One of several pictures, each with its name: the data sets. Arrow keys move the choice. */
export function Swatches<Value extends string>(props: {
  label: string
  value: Value | null
  swatches: readonly Swatch<Value>[]
  onChange: (value: Value) => void
  /** By default four. */
  columns?: number | undefined
}) {
  return (
    <Radix.Root
      className="swatches"
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => props.onChange(value as Value)}
      style={{ gridTemplateColumns: `repeat(${props.columns ?? 4}, minmax(0, 1fr))` }}
    >
      {props.swatches.map((swatch) => (
        <One key={swatch.value} swatch={swatch} />
      ))}
    </Radix.Root>
  )
}

function One<Value extends string>({ swatch }: { swatch: Swatch<Value> }) {
  const item = (
    <Radix.Item
      className="swatch"
      value={swatch.value}
      disabled={swatch.disabled ?? false}
      aria-label={swatch.label}
    >
      <span className="swatch-picture">{swatch.picture}</span>
      <span className="swatch-label">{swatch.label}</span>
    </Radix.Item>
  )
  return swatch.hint ? <Tooltip text={swatch.hint}>{item}</Tooltip> : item
}
