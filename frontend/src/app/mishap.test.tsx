import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { Mishap } from './mishap'

afterEach(cleanup)

function Broken(): never {
  throw new Error('a painter without paint')
}

test('a page that cannot be drawn says so and offers two ways back', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  render(
    <Mishap>
      <Broken />
    </Mishap>,
  )

  expect(screen.getByText('This page could not be drawn')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Begin with a new network' })).toBeTruthy()
  expect(screen.getByText('a painter without paint')).toBeTruthy()
})
