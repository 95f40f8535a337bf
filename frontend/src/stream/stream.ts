import type { Watch } from '../protocol'
import { type Link, type Model, NO_LINK, session, store } from '../state'
import { Connection, type Socket } from './connection'
import { NewestFrame } from './newest'
import { PhaseClock } from './phase-clock'
import { QUALITIES, type Quality, QualityControl } from './quality'
import { watchOf } from './watching'

const WATCH_EVERY_MS = 40

const quality = new QualityControl(() => watchChanged())

/** The newest frame of the run on this page: `frames.subscribe(draw)`. */
export const frames = new NewestFrame({
  schedule: (paint) => requestAnimationFrame(paint),
  acknowledge: (run, frame) => connection.send({ type: 'ack', run, frame }),
  painted: (paintMs) => quality.painted(paintMs),
})

export const phaseClock = new PhaseClock((phase) => store.setState({ phase }))

const connection = new Connection({
  open: () => new WebSocket(socketAddress()) as unknown as Socket,
  watch: () => currentWatch(),
  freshId: () => session.freshId(),
  onEvent: (message) => {
    session.receive(message)
    frames.setLayout(message.run, store.getState().layout)
  },
  onRefused: (refused) => session.refuse(refused),
  onFrame: (message) => frames.push(message),
  onState: (state) => store.setState({ connection: state }),
})

/** Connects the page: the session's commands go out, the run's events and frames come in. Returns how to end it. */
export function openStream(putData: Link['putData'] = NO_LINK.putData): () => void {
  session.connect({
    send: (command) => connection.send(command),
    putData,
    follow: (run) => {
      frames.clear()
      connection.follow(run)
    },
  })
  connection.start()
  const hurry = () => connection.hurry()
  const stops = [store.subscribe(watchChanged), frames.subscribe(followPhases), stopListening(hurry)]
  return () => {
    for (const stop of stops) stop()
    phaseClock.stop()
    connection.stop()
  }
}

function stopListening(hurry: () => void): () => void {
  window.addEventListener('online', hurry)
  return () => window.removeEventListener('online', hurry)
}

function socketAddress(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`
}

function currentWatch(): Watch {
  return watchOf(store.getState(), QUALITIES[quality.level] as Quality)
}

let sentWatch = ''
let watchIsDue = false

/** Tells the server what is looked at, at most every 40 ms, and only when it changed. */
function watchChanged(): void {
  if (watchIsDue) return
  watchIsDue = true
  setTimeout(() => {
    watchIsDue = false
    sendWatch(store.getState())
  }, WATCH_EVERY_MS)
}

function sendWatch({ run }: Model): void {
  const watch = currentWatch()
  const text = JSON.stringify([run?.id, watch])
  if (!run || text === sentWatch || !connection.isOpen) return
  sentWatch = text
  connection.send({ type: 'watch', id: session.freshId(), run: run.id, watch })
}

function followPhases({ header }: { header: { step: number } }): void {
  const { view } = store.getState().experiment
  if (view.speed === '1 update/s' && view.slow_motion) phaseClock.reached(header.step)
  else if (store.getState().phase) stopPhases()
}

function stopPhases(): void {
  phaseClock.stop()
  store.setState({ phase: null })
}
