/** The keyboard's shortcuts, in one place: what listens, what the help lists and what tooltips show. */
export type KeyAction =
  | 'play'
  | 'update'
  | 'epoch'
  | 'restart'
  | 'weights'
  | 'slower'
  | 'faster'
  | 'present'
  | 'help'
  | 'undo'
  | 'redo'
  | 'example'

export type Shortcut = { action: KeyAction; keys: string; words: string }

export const SHORTCUTS: readonly Shortcut[] = [
  { action: 'play', keys: 'Space', words: 'Play or pause' },
  { action: 'update', keys: 'S', words: '+1 update: one mini-batch' },
  { action: 'epoch', keys: 'E', words: '+1 epoch' },
  { action: 'restart', keys: 'R', words: 'Restart: same weights, same data' },
  { action: 'weights', keys: 'N', words: 'New weights' },
  { action: 'example', keys: '1 … 9', words: 'Open an example' },
  { action: 'slower', keys: '[', words: 'Slower' },
  { action: 'faster', keys: ']', words: 'Faster' },
  { action: 'present', keys: 'P', words: 'Present' },
  { action: 'undo', keys: 'Ctrl Z', words: 'Undo' },
  { action: 'redo', keys: 'Ctrl Shift Z', words: 'Redo' },
  { action: 'help', keys: '?', words: 'Help' },
]

export type Pressed = { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }

const PLAIN: Readonly<Record<string, KeyAction>> = {
  ' ': 'play',
  s: 'update',
  e: 'epoch',
  r: 'restart',
  n: 'weights',
  '[': 'slower',
  ']': 'faster',
  p: 'present',
  '?': 'help',
}

/** What a key press asks for; null where it asks for nothing of ours. `example` counts from 0. */
export function actionOf(event: Pressed): { action: KeyAction; example?: number } | null {
  const key = event.key.toLowerCase()
  if (event.altKey) return null
  if (event.ctrlKey || event.metaKey) return withControl(key, event.shiftKey)
  if (/^[1-9]$/.test(key)) return { action: 'example', example: Number(key) - 1 }
  const action = PLAIN[key]
  return action ? { action } : null
}

function withControl(key: string, shift: boolean): { action: KeyAction } | null {
  if (key === 'z') return { action: shift ? 'redo' : 'undo' }
  return key === 'y' ? { action: 'redo' } : null
}
