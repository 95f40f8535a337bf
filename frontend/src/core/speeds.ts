import type { Speed } from '../protocol'

/** How fast training runs while it plays, slowest first. */
export const SPEEDS: readonly Speed[] = [
  '1 update/s',
  '5 updates/s',
  '1 epoch/s',
  '4 epochs/s',
  '20 epochs/s',
  '100 epochs/s',
  'max',
]

/** The speed `steps` faster (or slower) than `speed`, within the range. */
export function shiftSpeed(speed: Speed, steps: number): Speed {
  const index = Math.min(Math.max(SPEEDS.indexOf(speed) + steps, 0), SPEEDS.length - 1)
  return SPEEDS[index] as Speed
}
