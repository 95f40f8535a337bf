import { Collapsible } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Help } from './help'
import { Icon } from './icon'
import './section.css'

export type SectionProps = {
  title: string
  help?: string | undefined
  children: ReactNode
  /** Stands right of the heading: small actions, never the heading's own words. */
  actions?: ReactNode
  /** Lets the heading fold the section; says how it starts. */
  collapsible?: 'open' | 'closed' | undefined
  /** Shown beside the title while folded: "L2 · 0.001". */
  summary?: string | undefined
}

/** A headed part of a panel. */
export function Section(props: SectionProps) {
  return props.collapsible ? <Folding {...props} /> : <Open {...props} />
}

function Open({ title, help, actions, children }: SectionProps) {
  return (
    <section className="section" aria-label={title}>
      <header className="section-head">
        <h2 className="heading">{title}</h2>
        {help && <Help about={title.toLowerCase()}>{help}</Help>}
        <span className="section-actions">{actions}</span>
      </header>
      <div className="section-body">{children}</div>
    </section>
  )
}

const scrolling = (): ScrollBehavior =>
  window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'

/** What was unfolded below the edge comes into view. */
function Folding({ title, actions, children, collapsible, summary }: SectionProps) {
  const [open, setOpen] = useState(collapsible === 'open')
  const section = useRef<HTMLElement>(null)
  const turn = (on: boolean) => {
    flushSync(() => setOpen(on))
    if (on) section.current?.scrollIntoView({ block: 'nearest', behavior: scrolling() })
  }
  return (
    <Collapsible.Root asChild open={open} onOpenChange={turn}>
      <section ref={section} className="section" aria-label={title}>
        <header className="section-head">
          <h2 className="heading section-fold">
            <Collapsible.Trigger className="section-trigger">
              <Icon name="chevron-right" size={12} />
              {title}
            </Collapsible.Trigger>
          </h2>
          {!open && summary && <span className="section-summary">{summary}</span>}
          <span className="section-actions">{actions}</span>
        </header>
        <Collapsible.Content className="section-body">{children}</Collapsible.Content>
      </section>
    </Collapsible.Root>
  )
}
