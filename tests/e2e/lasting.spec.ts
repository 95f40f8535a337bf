import { expect, killEngine, Netloom, test } from './netloom'

test('a reload in the middle of a run goes on with it, without a gap', async ({ netloom, page }) => {
  await netloom.open()
  await netloom.play()
  await expect.poll(() => netloom.epoch()).toBeGreaterThan(6)
  const before = await netloom.epoch()
  await page.reload()

  await expect.poll(() => netloom.epoch(), { timeout: 20_000 }).toBeGreaterThan(before)
  await netloom.pause()
  await page.getByRole('button', { name: 'Numbers' }).click()
  const epochs = page.locator('.data-table tbody th')
  await expect.poll(() => epochs.count()).toBeGreaterThan(before)
  const numbers = (await epochs.allInnerTexts()).map(Number)
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) - i))
})

test('a second tab of the same address starts a run of its own', async ({ netloom, context }) => {
  await netloom.open()
  await netloom.trainTo(4)
  const other = new Netloom(await context.newPage())
  await other.open()

  expect(await other.epoch()).toBe(0)
})

test('a copied link plays the identical run in another browser', async ({
  netloom,
  page,
  context,
  browser,
  baseURL,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await netloom.open()
  await page.getByRole('slider', { name: 'Noise' }).press('ArrowRight')
  await netloom.button('More ways to restart').click()
  await page.getByRole('menuitem', { name: /^New weights/ }).click()
  await expect.poll(() => netloom.epoch()).toBe(0)
  await netloom.button('Copy link').click()
  await expect(page.getByText(/Link copied/).first()).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link.startsWith(baseURL ?? '?')).toBe(true)

  const elsewhere = await (await browser.newContext()).newPage()
  const other = new Netloom(elsewhere)
  await other.open(link)
  expect(elsewhere.url()).not.toContain('#')
  const losses: string[][] = [[], []]
  for (const [i, each] of [netloom, other].entries()) {
    for (let epoch = 1; epoch <= 3; epoch++) {
      await each.button('+1 epoch').click()
      await expect.poll(() => each.epoch()).toBe(epoch)
      await each.page.waitForFunction(
        (before) => document.querySelector('[data-testid="Training loss"]')?.textContent !== before,
        losses[i]?.at(-1) ?? '',
      )
      losses[i]?.push(await each.loss())
    }
  }
  await elsewhere.context().close()
  expect(losses[0]?.at(-1)).toBe(losses[1]?.at(-1))
})

test.describe('a link', () => {
  test('that is broken says so, and the first example opens', async ({ netloom, page }) => {
    await netloom.open('/#x=brokenbroken')

    await expect(page.getByText(/This link is incomplete/).first()).toBeVisible()
    await expect(page.getByLabel('Name of this experiment')).toHaveValue('XOR')
  })
})

test('the engine is killed, the page says so, and the run goes on', async ({ netloom, page }) => {
  test.slow()
  await netloom.open()
  await page.keyboard.press(']')
  await netloom.play()
  await expect.poll(() => netloom.epoch()).toBeGreaterThan(40)
  killEngine()

  await expect(page.getByText(/Engine restarting|another one takes over|took over/).first()).toBeVisible({
    timeout: 15_000,
  })
  const at = await netloom.epoch()
  await expect.poll(() => netloom.epoch(), { timeout: 45_000 }).toBeGreaterThan(at + 5)
})
