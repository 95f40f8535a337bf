/** Gives a canvas the device's pixels for its present CSS size and clears it; null where it has no size yet. */
export function sharpContext(
  canvas: HTMLCanvasElement,
): { context: CanvasRenderingContext2D; width: number; height: number } | null {
  const { clientWidth: width, clientHeight: height } = canvas
  const context = width && height ? canvas.getContext('2d') : null
  if (!context) return null
  const ratio = globalThis.devicePixelRatio || 1
  const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, width, height }
}

/** Calls back when the element's size changes; returns how to stop. */
export function onResize(element: Element, changed: () => void): () => void {
  const observer = new ResizeObserver(changed)
  observer.observe(element)
  return () => observer.disconnect()
}
