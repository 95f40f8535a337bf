import { RadioGroup as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import './swatches.css'

export type Swatch<Value extends string> = {
  value: Value
  /** Its name, shown below the picture. */
  label: string
  picture: ReactNode
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
        <Radix.Item
          key={swatch.value}
          className="swatch"
          value={swatch.value}
          disabled={swatch.disabled ?? false}
          aria-label={swatch.label}
        >
          <span className="swatch-picture">{swatch.picture}</span>
          <span className="swatch-label">{swatch.label}</span>
        </Radix.Item>
      ))}
    </Radix.Root>
  )
}
