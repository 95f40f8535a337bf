import { fragmentParts, LINK_KEY } from '../core/link'
import type { Catalogue, Experiment } from '../protocol'
import { actions, session, store } from '../state'
import { openStream } from '../stream'
import { putData, Refusal } from './api'
import { clearFragment, type Opening, openLink, openPage, startAgain } from './open'
import { panels } from './panels'
import { type Remembered, remember, rememberedHere, rememberedLast } from './remembered'
import { startRun } from './start-run'

const REMEMBER_EVERY_MS = 500
const OFFER_MS = 60_000

/** Opens the page's run and keeps it: follows links that are pasted later, and remembers what a reload needs. */
export async function startPage(): Promise<() => void> {
  const last = rememberedHere() ? null : rememberedLast()
  const { catalogue, run, origin, notes } = await openPage(showAtOnce)
  store.setState({ catalogue, origin })
  const stops = [openStream(putData), keepRemembering(), followLinks(), beginAgainWhenLost()]
  session.follow(run)
  for (const note of notes) actions.notify(note, 'warn')
  if (last && last.run !== run && !notes.length) offerLast(last)
  return () => {
    for (const stop of stops) stop()
  }
}

/** The network is drawn while its run is still being opened. */
function showAtOnce(catalogue: Catalogue, experiment: Experiment): void {
  store.setState({ catalogue })
  session.preview(experiment)
}

/** A tab that was closed by mistake: its run is one click away, later among the examples. */
export function offerLast(last: Remembered): void {
  const { experiment } = last
  if (JSON.stringify(experiment) === JSON.stringify(store.getState().catalogue?.default)) return
  panels.setState({ last })
  actions.notify(`“${experiment.name}” from your last visit is still here.`, 'info', {
    action: {
      label: 'Continue it',
      onClick: () => continueLast(last),
      staysMs: OFFER_MS,
    },
  })
}

export function continueLast({ run, origin }: Remembered): void {
  panels.setState({ last: null })
  actions.showRun(run, origin, 'Continue the last visit')
}

/** Starts a run of one's own from a document; undo goes back to the present one. */
export async function openExperiment(document: Opening['origin'], label: string): Promise<void> {
  panels.setState({ opening: document.name, playNext: false })
  try {
    const run = await startRun(document)
    if (panels.getState().opening !== document.name) return
    actions.showRun(run, document, label)
    if (panels.getState().playNext) void actions.play()
  } catch (error) {
    actions.notify(sentenceOf(error), 'bad')
  } finally {
    if (panels.getState().opening === document.name) panels.setState({ opening: null, playNext: false })
  }
}

/** Play or pause; while another experiment is being opened, that one plays as soon as it is there. */
export function playOrPause(): void {
  const { opening } = panels.getState()
  if (opening) {
    panels.setState({ playNext: true })
    actions.notify(`“${opening}” plays as soon as it is open.`)
  } else void (store.getState().run?.playing ? actions.pause() : actions.play())
}

export function sentenceOf(error: unknown): string {
  return error instanceof Refusal
    ? error.message
    : 'The server cannot be reached. Check the connection and try again.'
}

function followLinks(): () => void {
  const opened = async () => {
    const value = fragmentParts(window.location.hash).get(LINK_KEY)
    const { catalogue } = store.getState()
    if (value === undefined || !catalogue) return
    clearFragment()
    try {
      const { run, origin, notes } = await openLink(value, catalogue)
      actions.showRun(run, origin, 'Open link')
      for (const note of notes) actions.notify(note, 'warn')
    } catch (error) {
      actions.notify(sentenceOf(error), 'bad')
    }
  }
  window.addEventListener('hashchange', opened)
  return () => window.removeEventListener('hashchange', opened)
}

function keepRemembering(): () => void {
  let due = false
  const keep = () => {
    due = false
    const { run, origin } = store.getState()
    if (run && origin) remember({ run: run.id, origin, experiment: session.confirmed })
  }
  const stop = store.subscribe((now, before) => {
    if (due || (now.run?.id === before.run?.id && now.revision === before.revision)) return
    due = true
    setTimeout(keep, REMEMBER_EVERY_MS)
  })
  window.addEventListener('pagehide', keep)
  return () => {
    stop()
    window.removeEventListener('pagehide', keep)
  }
}

/** A run that the server does not know any more starts anew, from what this tab remembers. */
function beginAgainWhenLost(): () => void {
  return session.onUnknownRun(async () => {
    const kept = rememberedHere()
    const usual = store.getState().catalogue?.default
    try {
      if (kept) session.follow(await startAgain(kept))
      else if (usual) session.follow(await startRun(usual))
      actions.notify('The server did not keep this run, so it begins again at epoch 0.', 'warn')
    } catch (error) {
      actions.notify(sentenceOf(error), 'bad')
    }
  })
}
