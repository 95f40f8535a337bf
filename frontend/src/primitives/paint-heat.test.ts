import { expect, test } from 'vitest'
import { classTables, divergingTable, LAST_CELL, MIDDLE_CELL } from '../core/color-tables'
import { fakeCanvas } from './fake-canvas'
import { paintNeuron } from './neuron-thumb'
import { paintClasses, paintHeat } from './paint-heat'

const COLORS = divergingTable('light')

test('each cell becomes the pixel of its table entry, rows from the top', () => {
  const { canvas, pixels } = fakeCanvas()

  paintHeat(canvas, { width: 2, height: 2, data: Uint8Array.of(0, 127, 254, 10) }, COLORS)

  expect([canvas.width, canvas.height]).toEqual([2, 2])
  expect(pixels()).toEqual([COLORS[0], COLORS[127], COLORS[254], COLORS[10]])
})

test('frames of one size share one image', () => {
  const { canvas, images } = fakeCanvas()

  for (let frame = 0; frame < 5; frame++)
    paintHeat(canvas, { width: 3, height: 1, data: new Uint8Array(3) }, COLORS)
  expect(images()).toBe(1)

  paintHeat(canvas, { width: 4, height: 1, data: new Uint8Array(4) }, COLORS)
  expect(images()).toBe(2)
})

test('cells that are not finite are hatched', () => {
  const { canvas, pixels } = fakeCanvas()

  paintHeat(canvas, { width: 4, height: 1, data: new Uint8Array(4).fill(255) }, COLORS)

  const [a, b, c, d] = pixels()
  expect([a, c]).toEqual([b, d])
  expect(a).not.toBe(c)
  expect(c).toBe(COLORS[255])
})

test('a class is painted in its own table by its share', () => {
  const { canvas, pixels } = fakeCanvas()
  const tables = classTables('light', 3)

  paintClasses(
    canvas,
    { width: 2, height: 1, data: Uint8Array.of(2, 0), shares: Uint8Array.of(254, 120) },
    tables,
  )

  expect(pixels()).toEqual([tables[2]?.[254], tables[0]?.[120]])
})

test('a neuron that never falls below zero is painted without orange', () => {
  const { canvas, pixels } = fakeCanvas()

  paintNeuron(canvas, { width: 2, height: 1, data: Uint8Array.of(0, 254), low: 0, high: 3 }, COLORS)

  expect(pixels()).toEqual([COLORS[MIDDLE_CELL], COLORS[LAST_CELL]])
})
