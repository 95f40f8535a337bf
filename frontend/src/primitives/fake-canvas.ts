/** A canvas for tests: it keeps the image last put onto it, as u32 pixels. */
export function fakeCanvas(): { canvas: HTMLCanvasElement; pixels: () => number[]; images: () => number } {
  let shown: ImageData | null = null
  let images = 0
  const context = {
    createImageData: (width: number, height: number) => {
      images++
      return { width, height, data: new Uint8ClampedArray(4 * width * height) }
    },
    putImageData: (image: ImageData) => {
      shown = image
    },
  }
  const canvas = { width: 0, height: 0, getContext: () => context } as unknown as HTMLCanvasElement
  return {
    canvas,
    pixels: () => (shown ? Array.from(new Uint32Array(shown.data.buffer)) : []),
    images: () => images,
  }
}
