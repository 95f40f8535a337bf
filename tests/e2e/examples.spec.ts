import { expect, type Netloom, test } from './netloom'

async function runTo(netloom: Netloom, epoch: number): Promise<void> {
  await netloom.button('Run to an epoch').click()
  const goal = netloom.page.getByRole('textbox', { name: 'Run to epoch' })
  await expect(goal).toBeFocused()
  await goal.fill(String(epoch))
  await netloom.button(/Run, as fast/).click()
  await expect.poll(() => netloom.epoch(), { timeout: 45_000 }).toBe(epoch)
}

async function showNumbers(netloom: Netloom, table: string): Promise<void> {
  await netloom.page.getByRole('button', { name: 'Numbers' }).click()
  await netloom.page.getByRole('tab', { name: table }).click()
}

test('y = 2x: the first update takes the weight to 3 and the bias to 1, and the curve is a line', async ({
  netloom,
  page,
}) => {
  await netloom.open()
  await netloom.openExample('y = 2x')
  await expect(page.locator('.curve-canvas').first()).toBeVisible()
  await netloom.button('+1 epoch').click()
  await showNumbers(netloom, 'Parameters')

  const values = page.locator('.data-table output')
  await expect(values).toHaveText(['3.0000', '1.0000'], { timeout: 15_000 })
  await page.getByRole('tab', { name: 'Predictions' }).click()
  await expect(page.locator('.data-table tbody tr')).toHaveCount(4)
})

test('the XOR truth table ends at its limit with 0, 1, 1, 0, and goes on when asked', async ({
  netloom,
  page,
}) => {
  await netloom.open()
  await netloom.openExample('The XOR truth table')
  await runTo(netloom, 1000)
  await showNumbers(netloom, 'Predictions')
  const outputs = async () => {
    const texts = await page.locator('.data-table tbody tr td:last-child').allInnerTexts()
    return texts.map((text) => Math.round(Number.parseFloat(text)))
  }
  await expect.poll(outputs, { timeout: 15_000 }).toEqual([0, 1, 1, 0])
  await page.locator('.caption').getByRole('button', { name: 'Continue' }).click()

  await expect.poll(() => netloom.epoch(), { timeout: 20_000 }).toBeGreaterThan(1000)
})

test('three classes have a legend and a confusion matrix of three by three', async ({ netloom, page }) => {
  await netloom.open()
  await netloom.openExample('Three classes')
  await netloom.button('+1 epoch').click()
  await expect.poll(() => netloom.epoch(), { timeout: 20_000 }).toBe(1)
  await showNumbers(netloom, 'Confusion')

  await expect(page.locator('.legends')).toContainText('Class 2')
  await expect(page.locator('.confusions figure')).toHaveCount(2)
  await expect(page.locator('.confusions figure').first().locator('tbody tr')).toHaveCount(3)
})

test('a learning rate beyond reason diverges in words, and one click leads back', async ({
  netloom,
  page,
}) => {
  await netloom.open()
  await page.getByRole('radio', { name: 'All' }).click()
  await netloom.chooseData('Plane')
  await expect(page.getByTestId('R²')).toBeVisible()
  const rate = page.getByLabel('Learning rate, exact value')
  await rate.fill('1000')
  await rate.press('Enter')
  await expect(page.getByText('The most here is 10.')).toBeVisible()
  await netloom.button(/^Play/).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Diverged' })).toBeVisible({ timeout: 30_000 })
  await netloom.button(/^Back to the last finite point/).click()

  await expect(rate).toHaveValue('1', { timeout: 15_000 })
  await expect(page.locator('.caption')).not.toContainText('Diverged')
})

test('early stopping stops in words', async ({ netloom, page }) => {
  await netloom.open()
  await page.getByRole('radio', { name: 'All' }).click()
  await page.getByRole('switch', { name: /Early stopping/ }).click()
  const gain = page.getByRole('textbox', { name: /^Least gain/ })
  await gain.fill('1') // more than the loss can still fall
  await gain.press('Enter')
  await netloom.button('Run to an epoch').click()
  await page.getByRole('textbox', { name: 'Run to epoch' }).fill('900')
  await netloom.button(/Run, as fast/).click()

  await expect(page.locator('.caption')).toContainText(/Stopped/, { timeout: 45_000 })
  await expect(page.locator('.caption').getByRole('button', { name: 'Continue' })).toBeVisible()
})

test('what the picture shows is switched beside it', async ({ netloom, page }) => {
  await netloom.open()
  const before = await netloom.picture()
  await netloom.button('Show decision only').click()
  await expect.poll(() => netloom.picture()).not.toBe(before)
  const hidden = page.getByRole('button', { name: /^test/ })
  await expect(hidden).toHaveAttribute('aria-pressed', 'false')
  await hidden.click()

  await expect(hidden).toHaveAttribute('aria-pressed', 'true')
})
