import { encodeLink } from '../core/link'
import { actions, type Model, store } from '../state'

const LONG_LINK = 8000

/** Puts an address on the clipboard that opens this very experiment, as a run of one's own. */
export async function copyLink(): Promise<void> {
  const fragment = await encodeLink(store.getState().experiment)
  const address = `${window.location.origin}${window.location.pathname}#${fragment}`
  try {
    await navigator.clipboard.writeText(address)
    const length = address.length > LONG_LINK ? ' It is long: some chat programs cut it.' : ''
    actions.notify(`Link copied. ${startOf(store.getState())}${length}`, 'good')
  } catch {
    actions.notify('The browser did not allow copying. The link is in the address bar now.', 'warn')
    window.history.replaceState(null, '', `#${fragment}`)
  }
}

/** What was edited or typed over on the way stays here: a link carries what the experiment has become. */
function startOf({ marks, undo }: Model): string {
  return marks.length || undo.past.some(({ kind }) => kind === 'parameter')
    ? 'It holds the experiment as it is now; opened elsewhere it starts at epoch 0.'
    : 'Whoever opens it starts the identical run.'
}
