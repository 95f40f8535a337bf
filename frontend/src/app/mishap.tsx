import { Component, type ReactNode } from 'react'
import { Button } from '../primitives'
import { Gate } from './gate'
import { forgetHere } from './remembered'

type State = { message: string | null }

/** Stands in for a page that cannot be drawn: the run goes on at the server, and there is a way back to it. */
export class Mishap extends Component<{ children: ReactNode }, State> {
  override state: State = { message: null }

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render() {
    const { message } = this.state
    if (message === null) return this.props.children
    return (
      <Gate
        title="This page could not be drawn"
        sentence="Your network is safe at the server. Reload to go on with it, or begin with a new one."
      >
        <div className="gate-ways">
          <Button look="accent" icon="restart" onClick={() => window.location.reload()}>
            Reload
          </Button>
          <Button onClick={beginAnew}>Begin with a new network</Button>
        </div>
        <details className="gate-details">
          <summary>What went wrong</summary>
          <code>{message.slice(0, 300)}</code>
        </details>
      </Gate>
    )
  }
}

/** Where the run itself cannot be shown, a reload alone would end here again. */
function beginAnew(): void {
  forgetHere()
  window.location.reload()
}
