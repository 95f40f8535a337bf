import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const CSS = readFileSync('src/theme/tokens.css', 'utf8')
const THEMES = ['light', 'dark'] as const

/** A token's color in each theme, as [red, green, blue] in 0..1. */
function color(name: string, theme: (typeof THEMES)[number]): number[] {
  const value = new RegExp(`--${name}: (?:light-dark\\((#\\w{6}), (#\\w{6})\\)|(#\\w{6}));`).exec(CSS)
  const hex = value?.[3] ?? value?.[theme === 'light' ? 1 : 2] ?? ''
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
}

/** WCAG 2.2's relative luminance. */
function luminance(channels: number[]): number {
  const linear = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * (linear[0] as number) + 0.7152 * (linear[1] as number) + 0.0722 * (linear[2] as number)
}

/** WCAG 2.2's contrast ratio, 1..21; NaN for a token that does not exist. */
function contrast(a: number[], b: number[]): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['background', 'surface', 'canvas', 'sunken', 'hover']

const TEXT = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) => GROUNDS.map((ground) => [ink, ground])),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['accent-ink', 'accent-soft'],
  ['accent-ink', 'surface'],
  ['good', 'surface'],
  ['warn', 'warn-soft'],
  ['bad', 'bad-soft'],
  ['bad', 'surface'],
  ['ink', 'warn-soft'],
  ['ink', 'bad-soft'],
  ['negative-ink', 'surface'],
  ['positive-ink', 'surface'],
  ['curve-mark', 'surface'],
] as [string, string][]

const DRAWN = ['accent', 'curve-train', 'curve-validation'].map(
  (line) => [line, 'surface'] as [string, string],
)

test.each(THEMES)('every text reaches 4.5 to 1 on what it stands on, %s', (theme) => {
  const poor = TEXT.filter(([ink, ground]) => !(contrast(color(ink, theme), color(ground, theme)) >= 4.5))

  expect(poor).toEqual([])
})

test.each(THEMES)('curves and controls reach 3 to 1, %s', (theme) => {
  const poor = DRAWN.filter(([line, ground]) => !(contrast(color(line, theme), color(ground, theme)) >= 3))

  expect(poor).toEqual([])
})
