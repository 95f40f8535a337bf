import { useStoreApi } from '@xyflow/react'
import { type RefObject, useEffect, useRef } from 'react'
import { store } from '../state'
import { frames } from '../stream'
import { canvasState } from './canvas-state'
import { EdgeDrawing } from './edge-drawing'
import type { Graph } from './graph'
import { watchTheme } from './use-theme'

/** The curves: redrawn when a frame comes (at most 20 times a second), when the picture moves or the pointer means one. */
export function EdgeLayer({ graph, host }: { graph: Graph; host: RefObject<HTMLElement | null> }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const flow = useStoreApi()
  const drawing = useRef<EdgeDrawing>(null)
  useEffect(() => {
    const own = new EdgeDrawing(canvas.current as HTMLCanvasElement, host.current as HTMLElement, () => {
      const [x, y, zoom] = flow.getState().transform
      return { x, y, zoom }
    })
    drawing.current = own
    const stops = [
      frames.subscribe(own.take),
      flow.subscribe(own.soon),
      store.subscribe(own.phased),
      canvasState.subscribe(own.soon),
    ]
    const stopTheme = watchTheme(own.recolor)
    return () => {
      for (const stop of stops) stop()
      stopTheme()
      own.stop()
    }
  }, [flow, host])
  useEffect(() => drawing.current?.show(graph), [graph])
  return <canvas ref={canvas} className="edges" />
}
