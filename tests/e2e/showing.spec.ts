import AxeBuilder from '@axe-core/playwright'
import { expect, test } from './netloom'

test('show code gives a NumPy script of this network, and the trained weights', async ({ netloom, page }) => {
  await netloom.open()
  await netloom.button('Show code').click()
  await expect(page.getByTestId('code')).toContainText('import numpy as np')
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Trained weights' }).click()

  expect((await download).suggestedFilename()).toMatch(/\.safetensors$/)
})

test('Present is read from the back of the room', async ({ netloom, page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 })
  await netloom.open()
  await page.keyboard.press('p')
  await expect(netloom.button('Leave')).toBeVisible()
  const plot = await netloom.plot().boundingBox()
  expect(plot?.height).toBeGreaterThanOrEqual(0.6 * 1080)
  const small = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.shell *')]
      .filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
      )
      .filter(
        (element) =>
          element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) &&
          !element.closest('.react-flow__attribution, .visually-hidden, canvas'),
      )
      .map((element) => ({
        words: element.textContent?.trim().slice(0, 30),
        size: Number.parseFloat(getComputedStyle(element).fontSize),
      }))
      .filter(({ size }) => size < 20),
  )
  expect(small).toEqual([])
  await page.keyboard.press('p')
  await expect(page.getByText('Draw points')).toBeVisible()
})

for (const theme of ['light', 'dark'] as const)
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme })

    test('axe finds nothing: at the start, with all controls, in a dialog and in Present', async ({
      netloom,
      page,
    }) => {
      await netloom.open()
      await expectAccessible(page)
      await page.getByRole('radio', { name: 'All' }).click()
      await expectAccessible(page)
      await page.keyboard.press('?')
      await page.getByRole('tab', { name: 'Glossary' }).click()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.keyboard.press('p')
      await expect(netloom.button('Leave')).toBeVisible()
      await expectAccessible(page)
    })
  })

async function expectAccessible(page: import('@playwright/test').Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`),
  ).toEqual([])
}

for (const [width, height] of [
  [1440, 900],
  [1366, 610],
  [1024, 768],
  [390, 844],
] as const)
  test(`at ${width} × ${height} nothing scrolls sideways and the transport is in sight`, async ({
    netloom,
    page,
  }) => {
    await page.setViewportSize({ width, height })
    await netloom.open()

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    for (const name of ['+1 update', /^Play/, '+1 epoch']) await expect(netloom.button(name)).toBeInViewport()
  })

test('nothing moves or loses the focus while it trains', async ({ netloom, page }) => {
  await netloom.open()
  const places = () =>
    page.evaluate(() =>
      ['.transport', '.caption', '.output-picture', '.tiles', '.line-chart', '.controls'].map((name) => {
        const box = document.querySelector(name)?.getBoundingClientRect()
        return [name, box?.x, box?.y, box?.width, box?.height]
      }),
    )
  const before = await places()
  await page.getByRole('slider', { name: 'Noise' }).focus()
  await page.keyboard.press(']')
  await page.keyboard.press('Space')
  await expect.poll(() => netloom.epoch()).toBeGreaterThan(30)

  expect(await places()).toEqual(before)
  await expect(page.getByRole('slider', { name: 'Noise' })).toBeFocused()
})
