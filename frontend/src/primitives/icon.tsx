import type { ReactNode } from 'react'
import './icon.css'

/** Strokes of 1.6 on a 20 × 20 grid; `f` marks the few that are filled. */
const f = { fill: 'currentColor', stroke: 'none' }

const DRAWINGS = {
  play: <path {...f} d="M6.2 3.9v12.2c0 .7.8 1.1 1.4.7l9-6.1c.5-.3.5-1.1 0-1.4l-9-6.1c-.6-.4-1.4 0-1.4.7Z" />,
  pause: (
    <>
      <rect {...f} x="5" y="3.8" width="3.6" height="12.4" rx="1" />
      <rect {...f} x="11.4" y="3.8" width="3.6" height="12.4" rx="1" />
    </>
  ),
  step: (
    <>
      <path d="M5 4.6v10.8l7.4-5.4L5 4.6Z" />
      <path d="M15.4 4.6v10.8" />
    </>
  ),
  epoch: (
    <>
      <path d="M3.4 5v10l5.8-5-5.8-5ZM9.2 5v10l5.8-5-5.8-5Z" />
      <path d="M17 5v10" />
    </>
  ),
  restart: <path d="M3.6 3.8v4.4H8M4 8a6.6 6.6 0 1 1-.5 4" />,
  undo: <path d="M7.2 4.2 3.4 8l3.8 3.8M3.8 8h7.8a4.4 4.4 0 0 1 0 8.8H8.4" />,
  redo: <path d="M12.8 4.2 16.6 8l-3.8 3.8M16.2 8H8.4a4.4 4.4 0 0 0 0 8.8h3.2" />,
  plus: <path d="M10 4.2v11.6M4.2 10h11.6" />,
  minus: <path d="M4.2 10h11.6" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  check: <path d="m4 10.6 4 4 8-9" />,
  trash: <path d="M3.6 5.6h12.8M8 5.4V3.6h4v1.8M5.2 5.8l.7 10.6h8.2l.7-10.6M8.4 8.8v4.6M11.6 8.8v4.6" />,
  grip: (
    <g {...f}>
      <circle cx="7.4" cy="5" r="1.3" />
      <circle cx="12.6" cy="5" r="1.3" />
      <circle cx="7.4" cy="10" r="1.3" />
      <circle cx="12.6" cy="10" r="1.3" />
      <circle cx="7.4" cy="15" r="1.3" />
      <circle cx="12.6" cy="15" r="1.3" />
    </g>
  ),
  lock: (
    <>
      <rect x="4.4" y="9" width="11.2" height="7.6" rx="1.8" />
      <path d="M6.8 9V6.6a3.2 3.2 0 0 1 6.4 0V9" />
    </>
  ),
  unlock: (
    <>
      <rect x="4.4" y="9" width="11.2" height="7.6" rx="1.8" />
      <path d="M6.8 9V6.4A3.2 3.2 0 0 1 13 5.6" />
    </>
  ),
  freeze: (
    <path d="M10 2.6v14.8M3.6 6.3l12.8 7.4M16.4 6.3 3.6 13.7M7.8 3.8 10 5.9l2.2-2.1M7.8 16.2l2.2-2.1 2.2 2.1M3.5 9.1l2.9-.8-.8-2.9M16.5 10.9l-2.9.8.8 2.9M16.5 9.1l-2.9-.8.8-2.9M3.5 10.9l2.9.8-.8 2.9" />
  ),
  pin: <path d="M7 3.2h6l-.8 5 2.8 3H5l2.8-3-.8-5ZM10 11.4v5.4" />,
  eye: (
    <>
      <path d="M2 10s2.9-5.4 8-5.4S18 10 18 10s-2.9 5.4-8 5.4S2 10 2 10Z" />
      <circle cx="10" cy="10" r="2.4" />
    </>
  ),
  sun: (
    <>
      <circle cx="10" cy="10" r="3.4" />
      <path d="M10 2v1.8M10 16.2V18M2 10h1.8M16.2 10H18M4.3 4.3l1.3 1.3M14.4 14.4l1.3 1.3M15.7 4.3l-1.3 1.3M5.6 14.4l-1.3 1.3" />
    </>
  ),
  moon: <path d="M16.4 12A6.9 6.9 0 0 1 8 3.6a6.9 6.9 0 1 0 8.4 8.4Z" />,
  present: (
    <>
      <path d="M2.6 3.8h14.8M4 4v8.4h12V4M10 12.6v2.2M6.8 17l3.2-2.2 3.2 2.2" />
    </>
  ),
  share: (
    <>
      <circle cx="5.2" cy="10" r="2.2" />
      <circle cx="14.6" cy="4.9" r="2.2" />
      <circle cx="14.6" cy="15.1" r="2.2" />
      <path d="m7.2 8.9 5.4-2.9M7.2 11.1l5.4 2.9" />
    </>
  ),
  link: (
    <path d="M8.4 11.6a3.4 3.4 0 0 0 4.9.2l2.5-2.5a3.4 3.4 0 0 0-4.8-4.8L9.9 5.6M11.6 8.4a3.4 3.4 0 0 0-4.9-.2l-2.5 2.5A3.4 3.4 0 0 0 9 15.5l1.1-1.1" />
  ),
  copy: (
    <>
      <rect x="7" y="7" width="9.6" height="9.6" rx="1.8" />
      <path d="M13 7V5.2c0-1-.8-1.8-1.8-1.8h-6c-1 0-1.8.8-1.8 1.8v6c0 1 .8 1.8 1.8 1.8H7" />
    </>
  ),
  code: <path d="m6.4 5.6-4.4 4.4 4.4 4.4M13.6 5.6l4.4 4.4-4.4 4.4M11.4 3.8 8.6 16.2" />,
  help: (
    <>
      <circle cx="10" cy="10" r="7.4" />
      <path d="M7.8 7.9a2.2 2.2 0 1 1 3.3 2c-.8.4-1.1.8-1.1 1.6" />
      <circle {...f} cx="10" cy="14" r="1" />
    </>
  ),
  info: (
    <>
      <circle cx="10" cy="10" r="7.4" />
      <path d="M10 9.2v4.6" />
      <circle {...f} cx="10" cy="6.4" r="1" />
    </>
  ),
  warning: (
    <>
      <path d="M8.9 3.5 2.4 14.7a1.3 1.3 0 0 0 1.1 1.9h13a1.3 1.3 0 0 0 1.1-1.9L11.1 3.5a1.3 1.3 0 0 0-2.2 0ZM10 7.6v4" />
      <circle {...f} cx="10" cy="13.9" r="1" />
    </>
  ),
  menu: <path d="M3 5.4h14M3 10h14M3 14.6h14" />,
  more: (
    <g {...f}>
      <circle cx="4.6" cy="10" r="1.5" />
      <circle cx="10" cy="10" r="1.5" />
      <circle cx="15.4" cy="10" r="1.5" />
    </g>
  ),
  settings: (
    <>
      <path d="M3 6h6.4M14 6h3M3 14h2.4M10 14h7" />
      <circle cx="11.7" cy="6" r="2.2" />
      <circle cx="7.6" cy="14" r="2.2" />
    </>
  ),
  'chevron-down': <path d="m5.4 7.8 4.6 4.6 4.6-4.6" />,
  'chevron-up': <path d="m5.4 12.2 4.6-4.6 4.6 4.6" />,
  'chevron-right': <path d="m7.8 5.4 4.6 4.6-4.6 4.6" />,
  'chevron-left': <path d="M12.2 5.4 7.6 10l4.6 4.6" />,
  draw: <path d="m12.6 4 3.4 3.4-9 9-4 .6.6-4 9-9ZM10.6 6l3.4 3.4" />,
  brush: (
    <path d="M16.8 3.2c-1-.9-6 3.6-8 6.6l1.6 1.6c3-2 7.3-7.2 6.4-8.2ZM8 10.4c-1.7-.2-2.9 1-3.2 2.7-.2 1.3-.8 2-1.8 2.4 2.6 1.6 6.3.6 6.6-3.2" />
  ),
  eraser: (
    <path d="m8.2 15.8-4.6-4.6a1.4 1.4 0 0 1 0-2l5.4-5.4a1.4 1.4 0 0 1 2 0l4.8 4.8a1.4 1.4 0 0 1 0 2l-5.2 5.2H8.2ZM6.2 6.6l6.6 6.6M8 15.8h8.4" />
  ),
  move: (
    <path d="M10 2.4v15.2M2.4 10h15.2M7.8 4.6 10 2.4l2.2 2.2M7.8 15.4l2.2 2.2 2.2-2.2M4.6 7.8 2.4 10l2.2 2.2M15.4 7.8l2.2 2.2-2.2 2.2" />
  ),
  cursor: <path d="m4.4 3.4 11.8 5.2-5 1.9-2.1 5-4.7-12.1Z" />,
  download: (
    <path d="M10 3v9.4M6.2 8.8l3.8 3.8 3.8-3.8M3.6 13.8v1.4c0 1 .8 1.8 1.8 1.8h9.2c1 0 1.8-.8 1.8-1.8v-1.4" />
  ),
  upload: (
    <path d="M10 12.8V3.4M6.2 7l3.8-3.8L13.8 7M3.6 13.8v1.4c0 1 .8 1.8 1.8 1.8h9.2c1 0 1.8-.8 1.8-1.8v-1.4" />
  ),
  table: (
    <>
      <rect x="3" y="4" width="14" height="12" rx="1.8" />
      <path d="M3 8.2h14M3 12.2h14M8.4 8.2V16" />
    </>
  ),
  chart: <path d="M3.4 3.4v11.4c0 1 .8 1.8 1.8 1.8h11.4M6.4 6c1 4.6 3 6.6 9.8 7" />,
  keyboard: (
    <>
      <rect x="2.2" y="5" width="15.6" height="10.2" rx="1.8" />
      <path d="M5.2 8.2h.2M8.3 8.2h.2M11.4 8.2h.2M14.5 8.2h.2M6.4 12h7.2" />
    </>
  ),
  dice: (
    <>
      <rect x="3.4" y="3.4" width="13.2" height="13.2" rx="2.6" />
      <g {...f}>
        <circle cx="7" cy="7" r="1.2" />
        <circle cx="13" cy="7" r="1.2" />
        <circle cx="10" cy="10" r="1.2" />
        <circle cx="7" cy="13" r="1.2" />
        <circle cx="13" cy="13" r="1.2" />
      </g>
    </>
  ),
  layers: <path d="m10 3 7 3.6-7 3.6-7-3.6L10 3ZM3 10.2l7 3.6 7-3.6M3 13.6l7 3.6 7-3.6" />,
  book: (
    <path d="M10 5.2C8 3.8 5.6 3.6 3 4v11.4c2.6-.4 5-.2 7 1.2 2-1.4 4.4-1.6 7-1.2V4c-2.6-.4-5-.2-7 1.2ZM10 5.200v11.4" />
  ),
  target: (
    <>
      <circle cx="10" cy="10" r="7" />
      <circle cx="10" cy="10" r="3" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof DRAWINGS

export const iconNames = Object.keys(DRAWINGS) as IconName[]

/** A picture beside words or inside a labeled button, so hidden from screen readers. Size in px; by default the token's. */
export function Icon({ name, size }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
      style={size ? { width: size, height: size } : undefined}
    >
      {DRAWINGS[name]}
    </svg>
  )
}
