import { beforeEach, expect, test, vi } from 'vitest'
import { applyTheme, resolveTheme, savedTheme } from './theme'

beforeEach(() => {
  localStorage.clear()
  delete document.documentElement.dataset.theme
})

test('a choice is put on the page and remembered', () => {
  expect(applyTheme('dark')).toBe('dark')

  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(savedTheme()).toBe('dark')
})

test('going back to the system forgets the choice', () => {
  applyTheme('dark')
  applyTheme('system')

  expect(document.documentElement.dataset.theme).toBeUndefined()
  expect(savedTheme()).toBe('system')
})

test('what was saved by something else is not trusted', () => {
  localStorage.setItem('netloom.theme', 'purple')

  expect(savedTheme()).toBe('system')
})

test('the system decides until there is a choice', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: true }))

  expect(resolveTheme('system')).toBe('dark')
  expect(resolveTheme('light')).toBe('light')
})
