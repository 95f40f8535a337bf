import type { ReactNode } from 'react'
import './kbd.css'

/** One key of the keyboard. */
export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="kbd">{children}</kbd>
}
