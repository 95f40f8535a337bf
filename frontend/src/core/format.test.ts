import { expect, test } from 'vitest'
import {
  formatCompact,
  formatCount,
  formatFixed,
  formatNumber,
  formatPercent,
  formatSetting,
  formatSigned,
  parseNumber,
} from './format'

test('numbers carry a true minus and the digits asked for', () => {
  expect(formatNumber(-0.4123)).toBe('−0.412')
  expect(formatNumber(12.345)).toBe('12.3')
  expect(formatNumber(0.041)).toBe('0.0410')
  expect(formatNumber(1234.5)).toBe('1235')
})

test('very large and very small numbers are written as powers of ten', () => {
  expect(formatNumber(0.00001234)).toBe('1.23e−5')
  expect(formatNumber(-2e9)).toBe('−2e9')
})

test('what is not finite is said in words or signs', () => {
  expect(formatNumber(Number.NaN)).toBe('not a number')
  expect(formatFixed(Number.NEGATIVE_INFINITY)).toBe('−∞')
})

test('a change has its sign', () => {
  expect(formatSigned(0.0031)).toBe('+0.0031')
  expect(formatSigned(-0.0001)).toBe('−0.0001')
})

test('only a whole is 100 percent', () => {
  expect(formatPercent(0.973)).toBe('97.3 %')
  expect(formatPercent(0.99999)).toBe('99.9 %')
  expect(formatPercent(1)).toBe('100 %')
})

test('counts are grouped, or shortened without rounding up', () => {
  expect(formatCount(1284)).toBe('1,284')
  expect([950, 1999, 34_567, 5_600_000].map(formatCompact)).toEqual(['950', '1.9k', '34k', '5.6M'])
})

test('what is written for a setting reads back as the same number', () => {
  for (const value of [0, 0.03, -0.5, 1e-5, 123456.75, 2.5e-9, -7e12]) {
    expect(parseNumber(formatSetting(value))).toBe(value)
  }
})

test('typed numbers may have a decimal comma, a unit and either minus', () => {
  expect(parseNumber(' −0,5 ')).toBe(-0.5)
  expect(parseNumber('10 %')).toBe(10)
  expect(parseNumber('.5')).toBe(0.5)
  expect(parseNumber('1e-3')).toBe(0.001)
})

test('what is no number is NaN', () => {
  for (const text of ['', 'abc', '1.2.3', '1 2', '--1', 'e5', '1,000,000'])
    expect(parseNumber(text)).toBeNaN()
})
