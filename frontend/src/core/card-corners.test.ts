import { describe, expect, it } from 'vitest'
import { CORNERS, chooseCorner, cornerRooms, overlap } from './card-corners'

const rooms = cornerRooms({ left: 12, top: 100, width: 700, height: 400 }, { width: 160, height: 100 })
const neuron = (left: number, top: number) => ({ left, top, width: 46, height: 46 })

describe('a pinned value’s card', () => {
  it('stands inside the frame in every corner, over no other card', () => {
    for (const corner of CORNERS) {
      const { left, top } = rooms[corner]
      expect([left >= 12, left + 160 <= 712, top >= 100, top + 100 <= 500]).toEqual([true, true, true, true])
      for (const other of CORNERS) if (other !== corner) expect(overlap(rooms[corner], rooms[other])).toBe(0)
    }
  })

  it('leaves neurons free where it can', () => {
    const inputs = [neuron(40, 400), neuron(40, 470)]
    expect(chooseCorner(CORNERS, rooms, inputs, null)).toBe('bottom-right')
  })

  it('covers others before what it belongs to', () => {
    const own = neuron(40, 420)
    const others = [neuron(600, 410), neuron(600, 440), neuron(40, 110), neuron(80, 110), neuron(600, 110)]
    expect(chooseCorner(CORNERS, rooms, [own, ...others], own)).not.toBe('bottom-left')
  })

  it('has no place when none is free', () => {
    expect(chooseCorner([], rooms, [], null)).toBeNull()
  })
})
