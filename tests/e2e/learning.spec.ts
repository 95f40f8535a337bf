import { deflateRawSync } from 'node:zlib'
import type { Locator, Page } from '@playwright/test'
import { expect, test } from './netloom'

async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox()
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
}

/** The address of a chain of `depth` dense layers of `units` ReLU neurons on XOR. */
function linkTo(depth: number, units: number): string {
  const hidden = Array.from({ length: depth }, (_, i) => ({
    type: 'dense',
    id: `hidden${i + 1}`,
    units,
    activation: 'relu',
    initializer: 'he_uniform',
  }))
  const layers = [{ type: 'input', id: 'input' }, ...hidden, { type: 'output', id: 'output' }]
  const edges = layers.slice(1).map(({ id }, i) => ({ source: layers[i]?.id, target: id }))
  const document = {
    version: 1,
    network: { layers, edges },
    data: { source: { type: 'xor' } },
    training: { learning_rate: 0.01 },
  }
  return `/#x=${deflateRawSync(JSON.stringify(document)).toString('base64url')}`
}

test.describe('a learner', () => {
  test('finds a picture that is paused at epoch 0, and it moves as soon as Play is pressed', async ({
    netloom,
  }) => {
    await netloom.open()
    expect(await netloom.epoch()).toBe(0)
    const before = await netloom.picture()
    await netloom.play()

    await expect.poll(() => netloom.picture(), { intervals: [30], timeout: 10_000 }).not.toBe(before)
    await expect(netloom.page.locator('.caption')).toContainText('orange from blue')
  })

  test('pauses, takes one update, then ends the epoch', async ({ netloom }) => {
    await netloom.open()
    await netloom.button('+1 update').click()
    await expect.poll(() => netloom.update()).toBe(1)
    await netloom.button('+1 epoch').click()

    await expect.poll(() => netloom.epoch()).toBe(1)
    await expect(netloom.button(/^Play/)).toBeVisible()
  })

  test('sees XOR solved within ten seconds at the speed that it opens with', async ({ netloom }) => {
    await netloom.open()
    await netloom.play()

    const accuracy = () =>
      netloom.page
        .getByTestId('Accuracy')
        .innerText()
        .then((text) => Number.parseFloat(text))
    await expect.poll(accuracy, { timeout: 15_000 }).toBeGreaterThanOrEqual(95)
  })

  test('sees an update in slow motion: the batch and its loss first, then the weights change', async ({
    netloom,
    page,
  }) => {
    await netloom.open()
    await expect.poll(() => netloom.loss()).toMatch(/\d/)
    for (const speed of ['1 epoch/s', '5 updates/s', '1 update/s']) {
      await page.keyboard.press('[')
      await expect(page.getByText(speed, { exact: true })).toBeVisible()
    }
    const points = page.locator('.boundary-points')
    await expect(page.getByRole('button', { name: 'Slow motion' })).toHaveAttribute('aria-pressed', 'true')
    await page.evaluate(() => {
      const seen: string[][] = []
      Object.assign(window, { seen })
      const look = () => {
        const phase = document.querySelector('.phases [aria-current]')?.textContent ?? ''
        const lit = document.querySelector<HTMLElement>('.boundary-points')?.dataset.lit ?? ''
        const now = [phase, lit, document.querySelector('[data-testid=update]')?.textContent ?? '']
        if (phase && String(now) !== String(seen.at(-1))) seen.push(now)
        requestAnimationFrame(look)
      }
      look()
    })
    await page.keyboard.press('s')
    await expect(points).toHaveAttribute('data-lit', '10')
    await expect(points).not.toHaveAttribute('data-lit')
    await expect.poll(() => netloom.update()).toBe(1)
    const loss = await page.locator('.phases b').innerText()
    const seen = await page.evaluate(() => (window as unknown as { seen: string[][] }).seen)

    expect(Number(loss)).toBeGreaterThan(0)
    const words = seen.map(([phase = '', , update]) => [phase.replace(/[\d.]/g, ''), update])
    const before = words.filter(([phase]) => phase !== 'update')
    expect(new Set(before.map(([phase]) => phase))).toEqual(new Set(['forward', 'loss', 'backward']))
    expect(words.at(-1)).toEqual(['update', 'update 1'])
    await page.getByRole('button', { name: 'Slow motion' }).click()
    await page.keyboard.press('s')
    await expect.poll(() => netloom.update()).toBe(2)
    await expect(page.locator('.phases')).toHaveCount(0)
  })

  test('reads y = 2x as the textbook has it: the loss before each epoch, w and b after it', async ({
    netloom,
    page,
  }) => {
    await netloom.open()
    await page.getByRole('button', { name: 'Examples' }).click()
    await page.getByRole('button', { name: /^y = 2x/ }).click()
    await expect(page.getByLabel('Name of this experiment')).toHaveValue('y = 2x', { timeout: 60_000 })
    await page.getByRole('button', { name: 'Numbers' }).click()
    const table = page.getByRole('region', { name: 'Losses and metrics by epoch' })
    await expect(table.getByRole('columnheader', { name: 'w', exact: true })).toBeVisible()
    for (let epoch = 1; epoch <= 5; epoch++) {
      await page.keyboard.press('e')
      await expect.poll(() => netloom.epoch()).toBe(epoch)
    }

    const rows = table.locator('tbody tr')
    await expect(rows).toHaveCount(6)
    await expect(table.locator('thead')).toContainText(/epoch\s*loss before\s*w\s*b\s*train loss/)
    const found = (await rows.allInnerTexts()).map((row) => row.split(/\s+/).slice(0, 4).join(' '))
    expect(found.reverse()).toEqual([
      '0 – 0.0000 0.0000',
      '1 30.0000 3.0000 1.0000',
      '2 13.5000 1.0000 0.3000',
      '3 6.0900 2.3500 0.7400',
      expect.stringMatching(/^4 2\.761[34] 1\.4550 0\.4170$/), // 2.76135, which float32 lies just below
      '5 1.2653 2.0640 0.6061',
    ])
  })

  test('runs to an epoch as fast as it goes', async ({ netloom }) => {
    await netloom.open()
    await netloom.button('Run to an epoch').click()
    await netloom.button(/Run, as fast/).click()

    await expect.poll(() => netloom.epoch(), { timeout: 20_000 }).toBe(100)
    await expect(netloom.button(/^(Play|Continue)/)).toBeVisible()
  })

  test('restarts in three ways, and each keeps what it says', async ({ netloom, page }) => {
    await netloom.open()
    await expect.poll(() => netloom.loss()).toMatch(/\d/)
    const first = await netloom.loss()
    await netloom.trainTo(5)
    await netloom.button('Restart').click()
    await expect.poll(() => netloom.epoch()).toBe(0)
    await expect.poll(() => netloom.loss()).toBe(first)
    await expect(page.getByText('previous run').first()).toBeVisible()

    for (const name of ['New weights', 'New data']) {
      const before = await netloom.picture()
      await netloom.button('More ways to restart').click()
      await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click()
      await expect.poll(() => netloom.loss()).not.toBe(first)
      if (name === 'New weights') await expect.poll(() => netloom.picture()).not.toBe(before)
    }
  })

  test('edits while it trains, and training goes on', async ({ netloom, page }) => {
    await netloom.open()
    await netloom.play()
    await expect.poll(() => netloom.epoch()).toBeGreaterThan(3)
    await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight')
    await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight')
    const at = await netloom.epoch()

    await expect.poll(() => netloom.epoch()).toBeGreaterThan(at + 2)
    await expect(netloom.button('Undo')).toBeEnabled()
    await page.keyboard.press('Control+z')
    await expect(page.getByLabel('Learning rate, exact value')).toHaveValue('0.1')
  })

  test('takes other data, and undo brings the trained network back', async ({ netloom, page }) => {
    await netloom.open()
    await netloom.trainTo(15)
    const [epoch, update, loss, picture] = [
      await netloom.epoch(),
      await netloom.update(),
      await netloom.settledLoss(),
      await netloom.picture(),
    ]
    await netloom.chooseData('Circle')
    await expect.poll(() => netloom.epoch()).toBe(0)
    await expect.poll(() => netloom.picture()).not.toBe(picture)
    await page.keyboard.press('Control+z')

    await expect.poll(() => netloom.update()).toBe(update)
    expect(await netloom.epoch()).toBe(epoch)
    await expect.poll(() => netloom.loss()).toBe(loss)
    await expect.poll(() => netloom.picture()).toBe(picture)
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(() => netloom.epoch()).toBe(0)
  })

  test('hovers over a place and reads the exact output; a click keeps the place', async ({
    netloom,
    page,
  }) => {
    await netloom.open()
    const place = await netloom.pointAt(0.3, 0.35)
    await page.mouse.move(place.x, place.y)
    const readout = page.locator('.output-picture').getByText(/→ {2}?\s*[01]\.\d{4}/)
    await expect(readout).toBeVisible()
    await page.mouse.click(place.x, place.y)
    await page.mouse.move(5, 5)

    await expect(readout).toBeVisible()
  })

  test('draws own points, moves on from them, and takes them back', async ({ netloom, page }) => {
    await netloom.open()
    const before = await netloom.points('training')
    await netloom.button('Draw points').click()
    const start = await netloom.pointAt(0.2, 0.5)
    await page.mouse.move(start.x, start.y)
    await page.mouse.down()
    for (let i = 1; i <= 12; i++) {
      await page.mouse.move(start.x + 6 * i, start.y)
      await page.evaluate(() => new Promise((done) => setTimeout(done, 50)))
    }
    await page.mouse.up()
    await expect.poll(() => netloom.points('training')).toBeGreaterThan(before)
    await netloom.button('Done').click()
    await page.keyboard.press('Control+z')

    await expect.poll(() => netloom.points('training')).toBe(before)
  })

  test('draws, moves and erases points of each class, with the pointer and by keyboard, and takes it back', async ({
    netloom,
    page,
  }) => {
    type Item = { x: number[]; target: number }
    let items: Item[] = []
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        const source = JSON.parse(String(payload)).changes?.data?.source
        if (source?.type === 'points') items = source.items
      }),
    )
    await netloom.open()
    await expect.poll(() => netloom.loss()).toMatch(/\d/)
    await netloom.button('Draw points').click()
    await netloom.button('Clear').click()
    for (const [name, left] of [
      ['Orange', 0.25],
      ['Blue', 0.75],
    ] as const) {
      await page.locator('.draw-tools').getByRole('button', { name }).click()
      const place = await netloom.pointAt(left, 0.25)
      await page.mouse.click(place.x, place.y)
    }
    await expect.poll(() => items.map(({ target }) => target)).toEqual([0, 1])

    await page.getByRole('radio', { name: 'Move' }).click()
    const from = await netloom.pointAt(0.25, 0.25)
    const to = await netloom.pointAt(0.5, 0.5)
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(to.x, to.y, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => items[0]?.x.map((value) => Math.abs(value) < 0.1)).toEqual([true, true])
    await page.mouse.move(5, 5)

    const plot = page.locator('.output-picture .plot-surface')
    await plot.focus()
    const middle = items[0]?.x[0] ?? 0
    for (const key of ['ArrowRight', 'ArrowLeft', 'Enter', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter'])
      await plot.press(key)
    await expect.poll(() => items[0]?.x[0]).toBeCloseTo(middle - 3, 0)
    const moved = JSON.stringify(items)
    await plot.press('Enter')
    await plot.press('Shift+ArrowUp')
    await plot.press('Escape')
    await plot.press('Shift+ArrowDown')
    await plot.press('Shift+Enter')
    await expect.poll(() => items.map(({ target }) => target)).toEqual([1])
    await expect.poll(() => netloom.points('training')).toBe(1)

    await page.keyboard.press('Control+z')
    await expect.poll(() => JSON.stringify(items)).toBe(moved)
    await page.keyboard.press('Control+z')
    await expect.poll(() => items[0]?.x[0]).toBe(middle)
  })

  test('types a formula, and what is wrong with it stands under the field', async ({ netloom, page }) => {
    await netloom.open()
    await page.getByRole('radio', { name: 'All' }).click()
    const field = page.getByRole('textbox', { name: 'Formula' })
    await field.fill('x + import')
    await field.press('Enter')
    await expect(page.getByRole('alert').filter({ hasText: 'import' })).toBeVisible()
    await field.fill('x^2 + y^2')
    await field.press('Enter')

    await expect(page.getByRole('button', { name: 'Remove the input x^2 + y^2' })).toBeVisible()
    await expect(field).toHaveValue('')
  })

  test('opens an example by its number and comes back by undo', async ({ netloom, page }) => {
    await netloom.open()
    await netloom.trainTo(3)
    const epoch = await netloom.epoch()
    await page.keyboard.press('2')
    await expect(page.getByLabel('Name of this experiment')).not.toHaveValue('XOR', { timeout: 40_000 })
    await expect.poll(() => netloom.epoch()).toBe(0)
    await page.keyboard.press('Control+z')

    await expect(page.getByLabel('Name of this experiment')).toHaveValue('XOR')
    await expect.poll(() => netloom.epoch()).toBe(epoch)
  })

  test('measures the test points on demand', async ({ netloom, page }) => {
    await netloom.open()
    await netloom.button('Final test').click()

    await expect(page.getByText(/Test of 30 points at epoch 0/)).toBeVisible()
  })
})

test('twelve layers of 256 neurons train in small pictures, and the page answers meanwhile', async ({
  netloom,
  page,
}) => {
  test.slow()
  const sizes: number[] = []
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => typeof payload !== 'string' && sizes.push(payload.length)),
  )
  await page.goto(linkTo(12, 256))
  await expect(page.locator('.folded')).toHaveCount(12, { timeout: 120_000 }) // it is compiled first
  await expect.poll(() => netloom.loss(), { timeout: 90_000 }).toMatch(/\d/)
  await netloom.play()
  await expect.poll(() => netloom.update(), { timeout: 60_000 }).toBeGreaterThan(3)
  sizes.length = 0
  const place = await netloom.pointAt(0.3, 0.3)
  await page.mouse.move(place.x, place.y)
  await expect(page.locator('.neuron-point').last()).toHaveText(/\d → \d/)
  await expect.poll(() => sizes.length, { timeout: 60_000 }).toBeGreaterThan(3)
  expect(Math.max(...sizes)).toBeLessThan(64_000)
  await expect(page.locator('.folded figcaption').first()).toHaveText(/252 more.*±0\.\d/)

  const began = Date.now()
  await netloom.pause()
  expect(Date.now() - began).toBeLessThan(5000)
})

test('a layer dropped in while it trains leaves a labeled tick and says what was kept; undo brings back what was', async ({
  netloom,
  page,
}) => {
  await page.addInitScript(() => {
    const written: string[] = []
    Object.assign(window, { written })
    const draw = CanvasRenderingContext2D.prototype.fillText
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      written.push(text)
      draw.call(this, text, x, y)
    }
  })
  await netloom.open()
  await netloom.play()
  const from = await middleOf(page.locator('.palette').getByRole('button', { name: 'Dense' }))
  const [one, two] = await Promise.all(
    ['hidden1', 'hidden2'].map((id) => middleOf(page.locator(`.layer[data-layer="${id}"]`))),
  )
  await expect.poll(() => netloom.epoch()).toBeGreaterThan(5)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 12, from.y - 12, { steps: 3 })
  await page.mouse.move(((one?.x ?? 0) + (two?.x ?? 0)) / 2, one?.y ?? 0, { steps: 6 })
  await page.mouse.up()

  const toast = page.locator('.toast', { hasText: /trained numbers kept/ })
  await expect(toast).toContainText(/moves by \d+\.\d %|does not move/, { timeout: 60_000 })
  const tick = page.getByRole('list', { name: 'Edits' }).first().getByRole('listitem')
  await expect(tick).toHaveText(/epoch \d+(\.\d+)?: .*Dense/)
  const label = (await tick.innerText()).replace(/^epoch [\d.]+: /, '')
  const written = () => page.evaluate(() => (window as unknown as { written: string[] }).written)
  await expect.poll(written).toContain(label)

  const at = Math.floor(Number.parseFloat((await tick.innerText()).replace('epoch ', '')))
  await expect.poll(() => netloom.epoch()).toBeGreaterThan(at + 10)
  await netloom.pause()
  await page.keyboard.press('Control+z')
  await expect.poll(() => netloom.epoch()).toBe(at)
  await expect(page.locator('.toast', { hasText: `back as it was, at epoch ${at}.` })).toBeVisible()
  await expect(page.locator('.layer')).toHaveCount(4)
  await expect(page.getByRole('list', { name: 'Edits' })).toHaveCount(0)
})

test.describe('a place in the data', () => {
  const numbers = (page: Page) => page.locator('.neuron-point').allInnerTexts()

  test('that is hovered shows z and output at every neuron; a click keeps it', async ({ netloom, page }) => {
    await netloom.open()
    const place = await netloom.pointAt(0.3, 0.35)
    await page.mouse.move(place.x, place.y)
    await expect.poll(() => numbers(page)).toHaveLength(2 + 6 + 4 + 1)
    await expect.poll(async () => (await numbers(page)).filter((text) => !/\d/.test(text))).toEqual([])
    const texts = await numbers(page)
    for (const text of texts.slice(2)) expect(text).toMatch(/^−?\d+\.\d\d → −?\d+\.\d\d$/)
    for (const text of texts.slice(2, 12)) {
      const [z = 0, output = 0] = text.replaceAll('−', '-').split(' → ').map(Number)
      expect(Math.abs(Math.tanh(z) - output)).toBeLessThan(0.011)
    }
    await page.mouse.click(place.x, place.y)
    await page.mouse.move(5, 5)

    expect(await numbers(page)).toEqual(texts)
  })

  test('shows its numbers for every neuron of a folded layer too', async ({ netloom, page }) => {
    await netloom.open(linkTo(1, 24))
    await expect(page.locator('.folded')).toHaveCount(1)
    await expect.poll(() => netloom.loss(), { timeout: 60_000 }).toMatch(/\d/)
    const place = await netloom.pointAt(0.3, 0.35)
    await page.mouse.click(place.x, place.y)
    await page.getByRole('button', { name: /^z and output of all 24 neurons/ }).click()
    const rows = page.locator('.folded-list li')
    await expect(rows).toHaveCount(24)
    await expect(rows.nth(12)).toHaveText(/^neuron 13 −?\d+\.\d\d → \d+\.\d\d$/)

    const shown = await rows.nth(23).innerText()
    const last = page.locator('.neuron[aria-label="hidden1 neuron 24"] .neuron-point')
    expect(shown.replace(/^neuron 24\s+/, '')).toBe(await last.innerText())
  })
})

test.describe('keys', () => {
  test('play, step and restart, but not while typing', async ({ netloom, page }) => {
    await netloom.open()
    await page.keyboard.press('s')
    await expect.poll(() => netloom.update()).toBe(1)
    await page.keyboard.press('e')
    await expect.poll(() => netloom.epoch()).toBe(1)
    await page.keyboard.press('r')
    await expect.poll(() => netloom.update()).toBe(0)
    await page.getByLabel('Name of this experiment').fill('spare press')
    await page.getByLabel('Name of this experiment').press('Enter')
    expect(await netloom.update()).toBe(0)
    await page.keyboard.press(']')
    await expect(page.getByText('20 epochs/s')).toBeVisible()
    await page.keyboard.press('Space')

    await expect(netloom.button('Pause')).toBeVisible()
  })

  test('a click on a button leaves Space to Play', async ({ netloom, page }) => {
    await netloom.open()
    await netloom.button('+1 epoch').click()
    await expect.poll(() => netloom.epoch()).toBe(1)
    await page.keyboard.press('Space')

    await expect(netloom.button('Pause')).toBeVisible()
  })
})
