import { Button } from './button'
import type { IconName } from './icon'
import { Menu, type MenuEntry } from './menu'
import './split-button.css'

/** The usual action with its relatives behind a chevron: Restart, and New weights, New data, Reopen example. */
export function SplitButton(props: {
  label: string
  icon?: IconName | undefined
  onClick: () => void
  entries: readonly MenuEntry[]
  /** Names the chevron: "More ways to restart". */
  menuLabel: string
  tooltip?: string | undefined
  shortcut?: string | undefined
  disabled?: boolean | undefined
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own frame and legend
    <span className="split-button" role="group" aria-label={props.label}>
      <Button
        icon={props.icon}
        onClick={props.onClick}
        disabled={props.disabled}
        tooltip={props.tooltip}
        shortcut={props.shortcut}
      >
        {props.label}
      </Button>
      <Menu
        align="end"
        entries={props.entries}
        trigger={
          <Button
            look="plain"
            className="split-button-more"
            aria-label={props.menuLabel}
            tooltip={props.menuLabel}
            icon="chevron-down"
          />
        }
      />
    </span>
  )
}
