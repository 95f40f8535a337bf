import type { Watch } from '../protocol'
import { type Link, type Model, NO_LINK, session, store } from '../state'
import { Connection, type Socket } from './connection'
import { NewestFrame } from './newest'
import { QUALITIES, type Quality, QualityControl } from './quality'
import { SlowMotion } from './slow-motion'
import { isSlow, NOTHING, watchOf } from './watching'

const WATCH_EVERY_MS = 40

const DROPPING_SHOWN_MS = 4000

const quality = new QualityControl((level) => {
  const { frames_per_second } = QUALITIES[level] as Quality
  setPace({ framesPerSecond: frames_per_second, reduced: level > 0 })
  watchChanged()
})

let calm: ReturnType<typeof setTimeout> | undefined

/** A slow way to the server: said for a while, not for each picture. */
function framesDropped(): void {
  clearTimeout(calm)
  calm = setTimeout(() => setPace({ dropping: false }), DROPPING_SHOWN_MS)
  if (!store.getState().pace.dropping) setPace({ dropping: true })
}

function setPace(pace: Partial<Model['pace']>): void {
  store.setState({ pace: { ...store.getState().pace, ...pace } })
}

/** The newest frame of the run on this page: `frames.subscribe(draw)`. */
export const frames = new NewestFrame({
  schedule: (paint) => requestAnimationFrame(paint),
  acknowledge: (run, frame) => connection.send({ type: 'ack', run, frame }),
  painted: (paintMs) => quality.painted(paintMs),
})

/** What is on its way to the page while slow motion shows how it comes about. */
export const slowMotion = new SlowMotion({
  active: () => isSlow(store.getState()),
  present: () => frames.current,
  read: (message) => frames.read(message),
  push: (message) => frames.push(message),
  show: (phase, batch) => store.setState(batch ? { phase, batch } : { phase }),
})

const connection = new Connection({
  open: () => new WebSocket(socketAddress()) as unknown as Socket,
  watch: () => currentWatch(),
  freshId: () => session.freshId(),
  onEvent: (message) => {
    session.receive(message)
    frames.setLayout(message.run, store.getState().layout)
  },
  onRefused: (refused) => session.refuse(refused),
  onAnswered: ({ command }) => session.answered(command),
  onFrame: (message) => slowMotion.take(message),
  onDropped: framesDropped,
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
  const stops = [store.subscribe(watchChanged), store.subscribe(endSlowMotion), stopListening(hurry)]
  return () => {
    for (const stop of stops) stop()
    slowMotion.stop()
    connection.stop()
  }
}

function stopListening(hurry: () => void): () => void {
  window.addEventListener('online', hurry)
  document.addEventListener('visibilitychange', watchChanged)
  return () => {
    window.removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', watchChanged)
  }
}

function socketAddress(): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`
}

function currentWatch(): Watch {
  return document.hidden ? NOTHING : watchOf(store.getState(), QUALITIES[quality.level] as Quality)
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

function endSlowMotion(model: Model): void {
  if (model.phase && !isSlow(model)) slowMotion.stop()
}
