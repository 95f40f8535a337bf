import { expect, type Locator, type Page, test } from '@playwright/test'

/** The layers on the canvas, from the input to the output. */
async function layers(page: Page): Promise<string[]> {
  const found = await page.locator('.layer').evaluateAll((elements) =>
    elements
      .map((element) => ({
        id: element.getAttribute('data-layer') ?? '',
        left: element.getBoundingClientRect().left,
      }))
      .sort((a, b) => a.left - b.left)
      .map(({ id }) => id),
  )
  return found
}

const layer = (page: Page, id: string): Locator => page.locator(`.layer[data-layer="${id}"]`)
const item = (page: Page, name: string): Locator => page.locator('.palette').getByRole('button', { name })
const grip = (page: Page, id: string): Locator => page.getByRole('button', { name: `Move ${id}` })

type Point = { x: number; y: number }

/** Once it stands still: layers glide to their places. */
async function middleOf(target: Locator): Promise<Point> {
  await target.hover({ trial: true })
  const box = await target.boundingBox()
  if (!box) throw new Error('not on the page')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** A point of the canvas between two layers, below their cards. */
async function between(page: Page, left: string, right: string): Promise<Point> {
  const [from, to] = await Promise.all(
    [layer(page, left), layer(page, right)].map((each) => each.boundingBox()),
  )
  if (!from || !to) throw new Error('no such layers')
  return { x: (from.x + from.width / 2 + to.x + to.width / 2) / 2, y: from.y + from.height * 0.5 }
}

async function dragByMouse(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 12, from.y - 12, { steps: 3 })
  await page.mouse.move(to.x, to.y, { steps: 6 })
  await expect(page.locator('.drag-ghost')).toBeVisible()
  await page.mouse.up()
}

async function dragByFinger(page: Page, from: Point, to: Point): Promise<void> {
  const client = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: Point) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] })
  await touch('touchStart', from)
  for (let step = 1; step <= 8; step++)
    await touch('touchMove', {
      x: from.x + ((to.x - from.x) * step) / 8,
      y: from.y + ((to.y - from.y) * step) / 8,
    })
  await touch('touchEnd')
}

async function open(page: Page): Promise<void> {
  await page.goto('/')
  await expect(layer(page, 'output')).toBeVisible({ timeout: 45_000 })
}

test.describe('with the mouse', () => {
  test.beforeEach(({ page }) => open(page))

  test('a layer is dragged from the palette between two others, and undo takes it out', async ({ page }) => {
    await dragByMouse(page, await middleOf(item(page, 'Dense')), await between(page, 'hidden1', 'hidden2'))
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden1', 'hidden3', 'hidden2', 'output'])

    // Undo waits for the edit before it, whose program may have to be compiled first.
    await page.keyboard.press('Control+z')
    await expect
      .poll(() => layers(page), { timeout: 30_000 })
      .toEqual(['input', 'hidden1', 'hidden2', 'output'])
  })

  test('a layer is dragged to another place, and into the bin', async ({ page }) => {
    await dragByMouse(page, await middleOf(grip(page, 'hidden1')), await between(page, 'hidden2', 'output'))
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden2', 'hidden1', 'output'])

    await dragByMouse(page, await middleOf(grip(page, 'hidden2')), await middleOf(page.locator('.palette')))
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden1', 'output'])
  })

  test('a drag that ends outside the canvas changes nothing', async ({ page }) => {
    await dragByMouse(page, await middleOf(item(page, 'Dense')), { x: 300, y: 10 })
    await expect(page.locator('.drag-ghost')).toBeHidden()
    expect(await layers(page)).toEqual(['input', 'hidden1', 'hidden2', 'output'])
  })

  test('neurons come and go in place, and the numbers on the cards agree', async ({ page }) => {
    await page.getByRole('button', { name: 'One neuron more in hidden1' }).click()
    await expect(layer(page, 'hidden1').getByText('7 neurons · 21 parameters')).toBeVisible()
    await expect(layer(page, 'hidden2').getByText('4 neurons · 32 parameters')).toBeVisible()
    await expect(layer(page, 'hidden1').locator('.neuron')).toHaveCount(7)
  })

  test('a click pins a neuron’s bias, which can be typed over', async ({ page }) => {
    await layer(page, 'hidden1').locator('.neuron').nth(2).click()
    await page.getByRole('button', { name: 'Type over the bias of neuron 3' }).click()
    await page.keyboard.type('0.75')
    await page.keyboard.press('Enter')
    await expect(page.locator('.value-card[data-pinned] .value-edit')).toHaveText('0.7500')

    await page.keyboard.press('Control+z')
    await expect(page.locator('.value-card[data-pinned] .value-edit')).toHaveText('0.0000')
  })

  test('a curve under the pointer says its weight', async ({ page }) => {
    const [x, neuron] = [
      layer(page, 'input').locator('.neuron').first(),
      layer(page, 'hidden1').locator('.neuron').first(),
    ]
    const [from, to] = [await middleOf(x), await middleOf(neuron)]
    await page.mouse.move((from.x + to.x) / 2 - 2, (from.y + to.y) / 2)
    await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2)
    await expect(page.locator('.hover-card')).toContainText('x → hidden1.1')
  })
})

test.describe('after a click on the canvas', () => {
  test.beforeEach(({ page }) => open(page))

  test('Space still plays, and the number that was pinned stays pinned', async ({ page }) => {
    await layer(page, 'hidden1').locator('.neuron').first().click()
    await page.keyboard.press(' ')

    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: 30_000 })
    await expect(page.locator('.value-card[data-pinned]')).toBeVisible()
  })

  test('pinned values stand over no neuron that they belong to', async ({ page }) => {
    const pinned = [
      layer(page, 'hidden1').locator('.neuron').first(),
      layer(page, 'hidden1').locator('.neuron').last(),
      layer(page, 'hidden2').locator('.neuron').last(),
      layer(page, 'output').locator('.neuron').first(),
    ]
    for (const neuron of pinned) await neuron.click()
    await expect(page.locator('.value-card[data-pinned]')).toHaveCount(4)

    for (const neuron of pinned) await neuron.click({ trial: true })
  })

  test('a typed value gives the focus back', async ({ page }) => {
    await layer(page, 'hidden1').locator('.neuron').first().click()
    const value = page.getByRole('button', { name: 'Type over the bias of neuron 1' })
    await value.click()
    await page.keyboard.type('0.25')
    await page.keyboard.press('Enter')
    await expect(value).toBeFocused()
  })
})

test.describe('on a phone', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })

  test('a network wider than the screen says so, and the rest is one touch away', async ({ page }) => {
    await page.goto('/')
    await page.getByRole('button', { name: '1 more layer on the right' }).tap({ timeout: 45_000 })

    await expect(layer(page, 'output').locator('.card')).toBeInViewport({ ratio: 0.99 })
    await expect(page.getByRole('button', { name: /on the left$/ })).toBeVisible()
    await expect(page.getByRole('button', { name: /on the right$/ })).toBeHidden()
  })
})

test.describe('with the keyboard', () => {
  test.beforeEach(({ page }) => open(page))

  test('a layer is put in a chosen place, moved, and removed', async ({ page }) => {
    await item(page, 'Layer norm').focus()
    for (const key of ['Enter', 'ArrowLeft', 'Enter']) await page.keyboard.press(key)
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden1', 'layer_norm1', 'hidden2', 'output'])
    await expect(item(page, 'Layer norm')).toBeFocused()

    await grip(page, 'layer_norm1').focus()
    for (const key of [' ', 'ArrowRight', 'ArrowRight', ' ']) await page.keyboard.press(key)
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden1', 'hidden2', 'layer_norm1', 'output'])
    await expect(grip(page, 'layer_norm1')).toBeFocused()

    await page.keyboard.press('Delete')
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden1', 'hidden2', 'output'])
    await expect(grip(page, 'hidden2')).toBeFocused()
  })

  test('a weight is reached from its neuron and typed over', async ({ page }) => {
    await layer(page, 'hidden1').locator('.neuron').first().focus()
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', '0']) await page.keyboard.press(key)
    await page.keyboard.type('.5')
    await page.keyboard.press('Enter')
    await expect(page.locator('.value-card[data-pinned]')).toContainText('0.5000')
  })
})

test.describe('with a finger', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 820, height: 1100 } })

  test('a layer is dragged from the palette and into the bin', async ({ page }) => {
    await open(page)
    await dragByFinger(page, await middleOf(item(page, 'Dense')), await between(page, 'hidden1', 'hidden2'))
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden1', 'hidden3', 'hidden2', 'output'])

    await dragByFinger(page, await middleOf(grip(page, 'hidden1')), await middleOf(page.locator('.palette')))
    await expect.poll(() => layers(page)).toEqual(['input', 'hidden3', 'hidden2', 'output'])
  })

  test('every other kind of layer is dropped where it was held', async ({ page }) => {
    await open(page)
    for (const [name, id] of [
      ['Dropout', 'dropout1'],
      ['Batch norm', 'batch_norm1'],
      ['Layer norm', 'layer_norm1'],
    ] as const) {
      const [, first] = await layers(page)
      await dragByFinger(page, await middleOf(item(page, name)), await between(page, 'input', String(first)))
      await expect.poll(async () => (await layers(page)).slice(0, 3)).toEqual(['input', id, first])
    }
  })
})
