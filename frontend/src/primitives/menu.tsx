import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import './menu.css'
import { Icon, type IconName } from './icon'
import { Kbd } from './kbd'

export type MenuItem = {
  label: string
  onSelect: () => void
  /** One line below the label: what will happen. */
  hint?: string | undefined
  icon?: IconName | undefined
  shortcut?: string | undefined
  /** A tick in front when true; the item is then a choice. */
  checked?: boolean | undefined
  danger?: boolean | undefined
  disabled?: boolean | undefined
}

/** Entries are items, `'line'` between groups, a group's heading, or a quiet fact. */
export type MenuEntry = MenuItem | 'line' | { heading: string } | { note: string }

/** A list of actions that opens from `trigger`, an element that takes a ref and props. */
export function Menu(props: {
  trigger: ReactElement
  entries: readonly MenuEntry[]
  align?: 'start' | 'center' | 'end' | undefined
  header?: ReactNode
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className="menu"
          align={props.align ?? 'start'}
          sideOffset={6}
          collisionPadding={8}
          loop
        >
          {props.header}
          {props.entries.map((entry, index) => (
            <Entry key={keyOf(entry, index)} entry={entry} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function keyOf(entry: MenuEntry, index: number): string {
  if (entry === 'line') return `line ${index}`
  if ('note' in entry) return `note ${entry.note}`
  return 'heading' in entry ? `heading ${entry.heading}` : entry.label
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry === 'line') return <Radix.Separator className="menu-line" />
  if ('heading' in entry) return <Radix.Label className="menu-heading heading">{entry.heading}</Radix.Label>
  if ('note' in entry) return <Radix.Label className="menu-note">{entry.note}</Radix.Label>
  return <Item item={entry} />
}

function Item({ item }: { item: MenuItem }) {
  const shared = { className: 'menu-item', disabled: item.disabled ?? false, onSelect: item.onSelect }
  const body = (
    <>
      <span className="menu-words">
        {item.label}
        {item.hint && <small>{item.hint}</small>}
      </span>
      {item.shortcut && <Kbd>{item.shortcut}</Kbd>}
    </>
  )
  if (item.checked !== undefined) return <Choice shared={shared} checked={item.checked} body={body} />
  return (
    <Radix.Item {...shared} data-danger={item.danger || undefined}>
      {item.icon ? <Icon name={item.icon} /> : <span className="menu-no-icon" />}
      {body}
    </Radix.Item>
  )
}

function Choice(props: { shared: object; checked: boolean; body: ReactNode }) {
  return (
    <Radix.CheckboxItem {...props.shared} checked={props.checked}>
      <span className="menu-tick">{props.checked && <Icon name="check" />}</span>
      {props.body}
    </Radix.CheckboxItem>
  )
}
