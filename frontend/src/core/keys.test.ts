import { describe, expect, test } from 'vitest'
import { actionOf, type Pressed } from './keys'

const NO_KEY = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false }
const press = (key: string, held: Partial<Pressed> = {}) => actionOf({ ...NO_KEY, key, ...held })

describe('a key', () => {
  test.each([
    [' ', 'play'],
    ['s', 'update'],
    ['e', 'epoch'],
    ['r', 'restart'],
    ['n', 'weights'],
    ['N', 'weights'],
    ['[', 'slower'],
    [']', 'faster'],
    ['p', 'present'],
    ['?', 'help'],
  ])('%j asks for %s', (key, action) => {
    expect(press(key)).toEqual({ action })
  })

  test('from 1 to 9 opens the example of that place, and 0 opens none', () => {
    const opened = [...'123456789'].map((key) => press(key)?.example)

    expect(opened).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(press('0')).toBeNull()
  })

  test('with Ctrl undoes and redoes, and leaves all else to the browser', () => {
    expect(press('z', { ctrlKey: true })).toEqual({ action: 'undo' })
    expect(press('Z', { metaKey: true, shiftKey: true })).toEqual({ action: 'redo' })
    expect(press('y', { ctrlKey: true })).toEqual({ action: 'redo' })
    expect(press('r', { ctrlKey: true })).toBeNull()
    expect(press('s', { altKey: true })).toBeNull()
  })
})
