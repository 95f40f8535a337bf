// Runs in the page before anything of it: notes when the output picture changed, what came, and what took long.
// Times are milliseconds of performance.now().
window.probe = {
  playReady: 0,
  firstPicture: 0,
  /** Moments after a repaint in which the output picture's pixels were others than before. */
  changes: [],
  /** Paintings of the output picture, whether its pixels changed or not. */
  paints: 0,
  repaints: 0,
  arrivals: [],
  frameBytes: [],
  longTasks: [],
  lastInput: 0,
  /** { asked: the key or click, sent, told: `edited` came }, one an edit. */
  edits: [],
}

function hashOf({ data }) {
  const pixels = new Uint32Array(data.buffer)
  let hash = 0
  for (let i = 0; i < pixels.length; i++) hash = (hash * 31 + pixels[i]) | 0
  return hash
}

function watchPainting() {
  const { port1, port2 } = new MessageChannel()
  const put = CanvasRenderingContext2D.prototype.putImageData
  let last = null
  port1.onmessage = () => window.probe.changes.push(performance.now())
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
    put.call(this, image, ...rest)
    if (!this.canvas.classList.contains('boundary-heat')) return
    window.probe.paints++
    const hash = hashOf(image)
    if (hash === last) return
    if (last === null) window.probe.firstPicture = performance.now()
    last = hash
    port2.postMessage(null) // its answer comes after the repaint
  }
}

function watchSocket() {
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (text) {
    if (typeof text === 'string' && text.includes('"type":"edit"'))
      window.probe.edits.push({ asked: window.probe.lastInput, sent: performance.now(), told: 0 })
    send.call(this, text)
  }
  const Native = WebSocket
  window.WebSocket = class extends Native {
    constructor(...address) {
      super(...address)
      this.addEventListener('message', ({ data }) => noteArrival(data))
    }
  }
}

function noteArrival(data) {
  const now = performance.now()
  if (data instanceof ArrayBuffer) {
    window.probe.arrivals.push(now)
    window.probe.frameBytes.push(data.byteLength)
  } else if (data.includes('"type":"edited"')) {
    const waiting = window.probe.edits.find(({ told }) => told === 0)
    if (waiting) waiting.told = now
  }
}

function watchRepaints() {
  window.probe.repaints++
  if (!window.probe.playReady) {
    const play = document.querySelector('.transport-play')
    if (play && !play.disabled) window.probe.playReady = performance.now()
  }
  requestAnimationFrame(watchRepaints)
}

watchPainting()
watchSocket()
requestAnimationFrame(watchRepaints)
for (const type of ['keydown', 'pointerup', 'click']) // a list chooses when the button is let go
  window.addEventListener(type, ({ timeStamp }) => Object.assign(window.probe, { lastInput: timeStamp }), true)
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.probe.longTasks.push({ startTime, duration })
}).observe({ type: 'longtask', buffered: true })
