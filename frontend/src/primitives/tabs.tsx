import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import './tabs.css'

export type Tab<Value extends string> = { value: Value; label: string; content: ReactNode }

/** Pages of one panel; arrow keys move between their names. */
export function Tabs<Value extends string>(props: {
  label: string
  value: Value
  onChange: (value: Value) => void
  tabs: readonly Tab<Value>[]
  /** Stands right of the names. */
  aside?: ReactNode
}) {
  return (
    <Radix.Root
      className="tabs"
      value={props.value}
      onValueChange={(value) => props.onChange(value as Value)}
    >
      <div className="tabs-head">
        <Radix.List className="tabs-list" aria-label={props.label}>
          {props.tabs.map((tab) => (
            <Radix.Trigger key={tab.value} className="tabs-tab" value={tab.value}>
              {tab.label}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {props.aside}
      </div>
      {props.tabs.map((tab) => (
        <Radix.Content key={tab.value} className="tabs-page" value={tab.value}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
