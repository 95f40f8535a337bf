import type { ReactNode } from 'react'
import { IconButton, type IconName, Sheet } from '../primitives'
import { panels, usePanels } from './panels'
import { useMedia } from './use-media'

type Name = 'controls' | 'output'

const ICONS: Record<Name, IconName> = { controls: 'settings', output: 'chart' }
const FOLDS_BELOW: Record<Name, string> = { controls: '(max-width: 1180px)', output: '(max-width: 860px)' }

/** A panel beside the canvas; where the page is narrow, a rail of icons from which it opens over the canvas. */
export function SidePanel(props: { side: 'left' | 'right'; name: Name; title: string; children: ReactNode }) {
  const folded = useMedia(FOLDS_BELOW[props.name])
  const phone = useMedia('(max-width: 640px)')
  if (phone) return <PhonePanel {...props} />
  return folded ? <Folded {...props} /> : <Open {...props} />
}

function Open({ side, name, title, children }: Parameters<typeof SidePanel>[0]) {
  return (
    <aside className={`side side-${side}`} data-panel={name} aria-label={title}>
      {children}
    </aside>
  )
}

function Folded(props: Parameters<typeof SidePanel>[0]) {
  const open = usePanels(({ sheet }) => sheet === props.name)
  const show = (on: boolean) => panels.setState({ sheet: on ? props.name : null })
  return (
    <nav className={`rail side-${props.side}`} aria-label={props.title}>
      <IconButton
        icon={ICONS[props.name]}
        label={props.title}
        tooltip={props.title}
        pressed={open}
        onClick={() => show(!open)}
      />
      <Sheet side={props.side} open={open} onOpenChange={show} title={props.title}>
        <div className="side-sheet">{props.children}</div>
      </Sheet>
    </nav>
  )
}

/** On a phone the output lies below the canvas, the controls in a sheet from below, opened at the thumb. */
function PhonePanel(props: Parameters<typeof SidePanel>[0]) {
  const open = usePanels(({ sheet }) => sheet === props.name)
  const show = (on: boolean) => panels.setState({ sheet: on ? props.name : null })
  if (props.name === 'output') return <Open {...props} />
  return (
    <Sheet side="bottom" open={open} onOpenChange={show} title={props.title}>
      <div className="side-sheet">{props.children}</div>
    </Sheet>
  )
}
