import { ease } from '../core/ease'
import { robustMax } from '../core/edge-look'
import type { Column } from '../core/layout-graph'
import { store } from '../state'
import { type FrameView, slowMotion } from '../stream'
import { tones } from '../theme/tones'
import { canvasState } from './canvas-state'
import { type EdgeScene, paintEdges } from './edge-painter'
import { bundlesOf, type Graph } from './graph'

const EVERY_MS = 50
const MOVE_MS = 200
const PRESENT_BOLDNESS = 1.6
/** As the phase clock gives them. */
const PHASE_MS: Record<string, number> = { forward: 280, loss: 140, backward: 280, update: 220 }

const wantsStillness = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches

/** Decides when the curves are drawn, and in which state between two layouts. */
export class EdgeDrawing {
  private graph: Graph | null = null
  private from: ReadonlyMap<string, Column> = new Map()
  private movedAt = Number.NEGATIVE_INFINITY
  private frame: FrameView | null = null
  private largest = 1
  private phase = store.getState().phase
  private phasedAt = 0
  private asked = 0
  private timer = 0
  private drawnAt = 0
  private colors: EdgeScene['tones'] | null = null
  private readonly canvas: HTMLCanvasElement
  private readonly host: HTMLElement
  private readonly viewport: () => EdgeScene['viewport']

  constructor(canvas: HTMLCanvasElement, host: HTMLElement, viewport: () => EdgeScene['viewport']) {
    this.canvas = canvas
    this.host = host
    this.viewport = viewport
  }

  stop(): void {
    cancelAnimationFrame(this.asked)
    clearTimeout(this.timer)
  }

  /** A new layout: columns glide to their places, as the cards do. */
  show(graph: Graph): void {
    this.from = new Map(this.columnsNow().map((column) => [column.id, column]))
    this.movedAt = performance.now()
    this.graph = graph
    this.soon()
  }

  readonly take = (frame: FrameView): void => {
    this.frame = frame
    const weights = frame.layout.channels.filter(
      ({ name, parameter }) => name === 'parameter' && parameter === 'weight',
    )
    this.largest = robustMax(
      weights.flatMap(({ layer, parameter }) => {
        const found = frame.channel('parameter', layer as string, parameter as string)
        return found instanceof Float32Array ? [found] : []
      }),
    )
    const wait = EVERY_MS - (performance.now() - this.drawnAt)
    if (wait <= 0) this.soon()
    else if (!this.timer) this.timer = window.setTimeout(() => this.soon(), wait)
  }

  readonly phased = ({ phase }: { phase: EdgeScene['phase'] }): void => {
    if (phase === this.phase) return
    this.phase = phase
    this.phasedAt = performance.now()
    this.soon()
  }

  readonly recolor = (): void => {
    this.colors = null
    this.soon()
  }

  readonly soon = (): void => {
    if (this.asked) return
    this.asked = requestAnimationFrame((now) => this.draw(now))
  }

  private draw(now: number): void {
    this.asked = 0
    clearTimeout(this.timer)
    this.timer = 0
    this.drawnAt = now
    const context = this.context()
    if (!context || !this.graph) return
    const still = wantsStillness()
    paintEdges(context, this.scene(this.graph, now, still))
    const moving = now - this.movedAt < MOVE_MS
    const phasing = this.phase !== null && !still && now - this.phasedAt < (PHASE_MS[this.phase] ?? 0)
    if (moving || phasing) this.soon()
  }

  private scene(graph: Graph, now: number, still: boolean): EdgeScene {
    const { hovered, pinned } = canvasState.getState()
    const columns = this.columnsNow(now)
    this.colors ??= tones(this.host, 'negative', 'positive', 'accent', 'ink', 'line-strong', 'canvas')
    return {
      bundles: bundlesOf(graph.layers.map(({ layer }, i) => ({ layer, column: columns[i] as Column }))),
      images: columns.map(({ image }) => image),
      viewport: this.viewport(),
      frame: this.frame,
      coming: slowMotion.coming,
      hovered,
      pinned,
      phase: this.phase,
      progress: this.phase ? (now - this.phasedAt) / (PHASE_MS[this.phase] ?? 1) : 0,
      still,
      tones: this.colors,
      boldness: store.getState().present ? PRESENT_BOLDNESS : 1,
      largest: this.largest,
    }
  }

  private columnsNow(now = performance.now()): readonly Column[] {
    const columns = this.graph?.layout.columns ?? []
    const still = wantsStillness()
    const share = still ? 1 : ease((now - this.movedAt) / MOVE_MS)
    return share >= 1 ? columns : columns.map((column) => between(this.from.get(column.id), column, share))
  }

  private context(): CanvasRenderingContext2D | null {
    const { clientWidth, clientHeight } = this.canvas
    const ratio = window.devicePixelRatio || 1
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)]
    if (this.canvas.width !== width || this.canvas.height !== height)
      Object.assign(this.canvas, { width, height })
    const context = width && height ? this.canvas.getContext('2d') : null
    context?.setTransform(ratio, 0, 0, ratio, 0, 0)
    context?.clearRect(0, 0, clientWidth, clientHeight)
    return context
  }
}

function between(from: Column | undefined, to: Column, share: number): Column {
  if (!from) return to
  const mix = (a: number, b: number) => a + (b - a) * share
  const held = new Map(from.spots.map(({ index, y }) => [index, y]))
  return {
    ...to,
    center: mix(from.center, to.center),
    left: mix(from.left, to.left),
    reach: mix(from.reach, to.reach),
    spots: to.spots.map(({ index, y }) => ({ index, y: mix(held.get(index) ?? y, y) })),
  }
}
