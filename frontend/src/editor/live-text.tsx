import { useEffect, useRef } from 'react'
import { type FrameView, frames } from '../stream'

/** A number that follows the frames without React: `read` says its words; null leaves a dash, or with `awaited` three dots. */
export function LiveText({
  read,
  className,
  awaited = false,
}: {
  read: (frame: FrameView) => string | null
  className?: string
  awaited?: boolean
}) {
  const element = useRef<HTMLSpanElement>(null)
  const newest = useRef(read)
  newest.current = read
  useEffect(() => frames.subscribe((frame) => write(element.current, newest.current(frame))), [])
  useEffect(() => {
    const frame = frames.current
    if (frame) write(element.current, read(frame))
  })
  return <span ref={element} className={className} data-awaited={awaited || undefined} />
}

function write(element: HTMLElement | null, words: string | null): void {
  if (!element) return
  const text = words ?? (element.dataset.awaited ? '…' : '–')
  if (element.textContent !== text) element.textContent = text
}
