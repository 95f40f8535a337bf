import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRun, fetchAhead } from './api'
import { panels } from './panels'
import { startRun } from './start-run'

vi.mock('./api')

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.resetAllMocks()
})

function pending(): { end: (run: string) => void; fail: (why: Error) => void; run: Promise<string> } {
  let end: (run: string) => void = () => {}
  let fail: (why: Error) => void = () => {}
  const answer = new Promise<string>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  vi.mocked(createRun).mockReturnValue(answer)
  return { end, fail, run: startRun({}) }
}

test('a run that is there within a second asks for no place in the line', async () => {
  const opening = pending()
  await vi.advanceTimersByTimeAsync(900)
  opening.end('abc')

  expect(await opening.run).toBe('abc')
  expect(fetchAhead).not.toHaveBeenCalled()
})

test('how many are served first is told once a second until the run is there', async () => {
  vi.mocked(fetchAhead).mockResolvedValueOnce(2).mockResolvedValueOnce(1)
  const opening = pending()
  const told: number[] = []
  for (const ms of [1000, 1000]) {
    await vi.advanceTimersByTimeAsync(ms)
    told.push(panels.getState().ahead)
  }
  opening.end('abc')
  await opening.run
  await vi.advanceTimersByTimeAsync(5000)

  expect([told, panels.getState().ahead]).toEqual([[2, 1], 0])
  expect(fetchAhead).toHaveBeenCalledTimes(2)
})

test('a place that is told too late is not shown', async () => {
  let tell: (ahead: number) => void = () => {}
  vi.mocked(fetchAhead).mockReturnValue(new Promise((resolve) => (tell = resolve)))
  const opening = pending()
  await vi.advanceTimersByTimeAsync(1000)
  opening.end('abc')
  await opening.run
  tell(3)
  await vi.advanceTimersByTimeAsync(0)

  expect(panels.getState().ahead).toBe(0)
})

test('a server that cannot tell the place holds the run up by nothing', async () => {
  vi.mocked(fetchAhead).mockRejectedValue(new TypeError('no network'))
  const opening = pending()
  await vi.advanceTimersByTimeAsync(3000)
  opening.fail(new Error('refused'))

  await expect(opening.run).rejects.toThrow('refused')
  expect(panels.getState().ahead).toBe(0)
})
