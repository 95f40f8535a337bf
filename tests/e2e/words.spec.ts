import type { Page } from '@playwright/test'
import { expect, Netloom, test } from './netloom'

const caption = (page: Page) => page.locator('.caption')

test.describe('the words of an experiment', () => {
  test('are typed over in place, taken back by undo, and carried by the link', async ({
    netloom,
    page,
    context,
    browser,
  }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await netloom.open()
    await netloom.button('Edit the question').click()
    await page.keyboard.type('Which corner is right first?')
    await page.keyboard.press('Enter')
    await expect(caption(page)).toContainText('Which corner is right first?')
    await expect(netloom.button('Edit the question')).toBeFocused()
    await page.keyboard.press('Control+z')
    await expect(caption(page)).toContainText('orange from blue')
    await page.keyboard.press('Control+Shift+z')

    await netloom.button('Examples').click()
    await netloom.button('Edit its words').click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Corners')
    await page.getByRole('textbox', { name: 'Summary' }).fill('Four corners. Two colors.')
    await netloom.button('Done').click()
    await page.keyboard.press('Escape')
    await netloom.button('Copy link').click()
    await expect(page.getByText(/Link copied/).first()).toBeVisible()
    const link = await page.evaluate(() => navigator.clipboard.readText())

    const elsewhere = await (await browser.newContext()).newPage()
    await new Netloom(elsewhere).open(link)
    await expect(caption(elsewhere)).toContainText('Which corner is right first?')
    await elsewhere.getByRole('button', { name: 'Examples' }).click()
    const present = elsewhere.getByRole('region', { name: 'This experiment' })
    await expect(present).toContainText('Corners')
    await expect(present).toContainText('Four corners. Two colors.')
    await elsewhere.context().close()
  })

  test('end with a call to press Play, which goes once it trains', async ({ netloom, page }) => {
    await netloom.open()
    await expect(caption(page)).toContainText('Press Play')
    await netloom.play()

    await expect(caption(page)).toContainText('orange from blue?')
    await expect(caption(page)).not.toContainText('Press Play')
  })

  test('come back with “Reopen example”, and so does everything else', async ({ netloom, page }) => {
    await netloom.open()
    await page.keyboard.press('2')
    await expect(caption(page)).toContainText('three quarters', { timeout: 40_000 })
    await netloom.button('Edit the question').click()
    await page.keyboard.type('Any other?')
    await page.keyboard.press('Enter')
    await netloom.chooseData('Circle')
    await expect(page.getByRole('radio', { name: 'Circle', exact: true })).toBeChecked()
    await netloom.button('More ways to restart').click()
    await page.getByRole('menuitem', { name: /^Reopen example/ }).click()

    await expect(page.getByRole('radio', { name: 'XOR', exact: true })).toBeChecked()
    await expect(caption(page)).toContainText('three quarters')
  })
})

/** Controls in sight without a sentence about them. What opens, folds or names a page speaks by what it shows. */
function undescribed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls =
      'button, a[href], input, textarea, [role=slider], [role=combobox], [role=switch], [role=radio]'
    const others =
      '.help, .neuron, .port, .section-trigger, [role=tab], [aria-hidden=true], .react-flow__attribution *'
    const sentence = (element: Element) => {
      const ids = (element.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
      const described = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
      return element.getAttribute('aria-description') || described || element.getAttribute('title')
    }
    // A picture alone is named by its tooltip, which says what it does: "One neuron more in hidden1".
    const picture = (element: Element) =>
      !element.textContent?.trim() && /\w+\W+\w+/.test(element.getAttribute('aria-label') ?? '')
    return [...document.querySelectorAll(controls)]
      .filter((element) => element.checkVisibility({ checkVisibilityCSS: true }) && !element.matches(others))
      .filter((element) => !sentence(element)?.trim() && !picture(element))
      .map((element) => element.getAttribute('aria-label') ?? element.textContent ?? element.outerHTML)
  })
}

test.describe('every control has a sentence of help', () => {
  test('in Simple, in All with everything open, while drawing, and in a layer’s settings', async ({
    netloom,
    page,
  }) => {
    await netloom.open()
    expect(await undescribed(page)).toEqual([])
    await page.getByRole('radio', { name: 'All' }).click()
    await page.getByRole('switch', { name: 'Early stopping' }).click()
    await page.getByRole('combobox', { name: /^Class weights/ }).click()
    await page.getByRole('option', { name: /Set for each class/ }).click()
    for (const fold of await page.locator('.section-trigger').all()) await fold.click()
    await netloom.button('Draw points').click()
    await expect(page.getByRole('radio', { name: 'Brush' })).toBeVisible()
    expect(await page.getByRole('slider').count()).toBeGreaterThan(8)
    expect(await undescribed(page)).toEqual([])
    await netloom.button('Settings of hidden1').click()
    await expect(page.getByRole('region', { name: 'Settings of hidden1' })).toBeVisible()

    expect(await undescribed(page)).toEqual([])
  })
})

test.describe('more keys', () => {
  test('N draws other weights, [ slows down, 3 opens the third example', async ({ netloom, page }) => {
    await netloom.open()
    const loss = await netloom.settledLoss()
    await page.keyboard.press('n')
    await expect.poll(() => netloom.loss()).not.toBe(loss)
    await page.keyboard.press('[')
    await expect(page.locator('.speed-words')).toHaveText('1 epoch/s')
    await page.keyboard.press('3')

    await expect(page.getByLabel('Name of this experiment')).toHaveValue('y = 2x', { timeout: 40_000 })
  })
})

test.describe('the help', () => {
  test('lists the keys of the page and of the network, twenty words, and the device', async ({
    netloom,
    page,
  }) => {
    await netloom.open()
    await page.keyboard.press('?')
    await page.getByRole('tab', { name: 'Keys' }).click()
    await expect(page.getByText('Remove the layer that has the focus')).toBeVisible()
    await expect(page.getByText(/^Netloom \d.*Trains on the .PU.*JAX/)).toBeVisible()
    await page.getByRole('tab', { name: 'Glossary' }).click()

    await expect(page.locator('.glossary dt')).toHaveCount(20)
  })
})

test('dying ReLU: neurons that output 0 on every point are counted on their card', async ({
  netloom,
  page,
}) => {
  await netloom.open()
  await netloom.openExample('Dying ReLU')
  const silent = page.locator('.layer[data-layer="hidden1"] .card-silent')
  await expect(silent).toBeHidden()
  await netloom.trainTo(20)

  await expect(silent).toHaveText(/^\d output 0 on every point$/)
})

test('the standard term of a layer stands on its card’s name and over its settings', async ({
  netloom,
  page,
}) => {
  await netloom.open()
  const card = page.locator('.layer[data-layer="hidden1"]')
  await expect(card).toHaveAccessibleName(/^Fully connected \(Dense\) hidden1: 6 neurons, 18 parameters/)
  await card.getByRole('heading', { name: 'Dense' }).hover()
  await expect(page.getByRole('tooltip')).toContainText('Fully connected (Dense)')
  await page.getByRole('radio', { name: 'All' }).click()
  await netloom.button('Settings of hidden1').click()

  const settings = page.getByRole('region', { name: 'Settings of hidden1' })
  await expect(settings.getByRole('heading')).toHaveText('Fully connected (Dense)')
})

test.describe('a setting that Simple hides', () => {
  test('shows as a chip, which takes it back', async ({ netloom, page }) => {
    await netloom.open()
    await page.getByRole('radio', { name: 'All' }).click()
    await netloom.button('More for hidden1').click()
    await page.getByRole('menuitemcheckbox', { name: 'Freeze' }).click()
    await page.getByRole('radio', { name: 'Simple' }).click()
    const also = page.getByRole('region', { name: 'Also set' })
    await expect(also).toContainText('hidden1: frozen')
    await netloom.button('Set back: hidden1: frozen').click()

    await expect(also).toBeHidden()
  })
})

test.describe('after a choice by mouse, Space plays as the page says', () => {
  test('of an example, and of another start in a menu', async ({ netloom, page }) => {
    await netloom.open()
    await netloom.openExample('No hidden layer')
    await page.keyboard.press('Space')
    await expect(netloom.button('Pause')).toBeVisible()
    await netloom.pause()
    await netloom.button('More ways to restart').click()
    await page.getByRole('menuitem', { name: /^New weights/ }).click()
    await page.keyboard.press('Space')

    await expect(netloom.button('Pause')).toBeVisible()
  })
})
