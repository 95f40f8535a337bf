import { execFileSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from './netloom'

const PYTHON = join(__dirname, '..', '..', '.venv', 'bin', 'python')

/** Puts what a button or a link of the dialog gives into `folder`; the path of the file. */
async function downloaded(
  page: Page,
  name: string,
  role: 'button' | 'link',
  folder: string,
): Promise<string> {
  const download = page.waitForEvent('download')
  await page.getByRole(role, { name }).click()
  const file = await download
  const path = join(folder, file.suggestedFilename())
  await file.saveAs(path)
  return path
}

/** What a script prints, line by line. */
function printed(script: string, ...args: string[]): string[] {
  const options = { encoding: 'utf8', cwd: dirname(script) } as const
  return execFileSync(PYTHON, [script, ...args], options)
    .trim()
    .split('\n')
}

test('show code, run it, same numbers: it trains to the loss on the page', async ({
  netloom,
  page,
}, info) => {
  await netloom.open()
  await netloom.trainTo(3)
  const [epoch, loss] = [await netloom.epoch(), await netloom.settledLoss()]
  await netloom.button('Show code').click()
  await expect(page.getByTestId('code')).toContainText('import numpy as np')
  const script = await downloaded(page, 'Download script', 'button', info.outputDir)

  const last = printed(script, String(epoch)).find((line) => line.trim().split(/\s+/)[0] === String(epoch))
  expect(Number(last?.trim().split(/\s+/)[1])).toBeCloseTo(Number(loss), 3)
})

test('the trained weights and the script that reads them predict what the page shows', async ({
  netloom,
  page,
}, info) => {
  await netloom.open()
  await netloom.openExample('The XOR truth table')
  await netloom.trainTo(20)
  await page.getByRole('button', { name: 'Numbers' }).click()
  await page.getByRole('tab', { name: 'Predictions' }).click()
  const predictions = page.locator('.data-table tbody tr td:last-child')
  await expect(predictions).toHaveText([/^\d/, /^\d/, /^\d/, /^\d/])
  const shown = await predictions.allInnerTexts()
  await netloom.button('Show code').click()
  await page.getByRole('radio', { name: 'Use the trained one' }).click()
  await expect(page.getByTestId('code')).toContainText('load_file')
  const script = await downloaded(page, 'Download script', 'button', info.outputDir)
  const weights = await downloaded(page, 'Trained weights', 'link', info.outputDir)

  const lines = printed(script)
  const outputs = lines.map((line) => Number(line.split('->')[1]))
  for (const [i, text] of shown.entries()) expect(outputs[i]).toBeCloseTo(Number.parseFloat(text), 3)

  renameSync(weights, `${weights} (1)`)
  expect(printed(script, `${weights} (1)`)).toEqual(lines)
})

test('what was asked for stays in sight, and what is done with lets go', async ({
  netloom,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await netloom.open()
  await netloom.button('Numbers').click()
  await expect(page.getByRole('tab', { name: 'Epochs' })).toBeInViewport({ ratio: 0.9 })
  await netloom.button('More ways to restart').click()
  await page.getByRole('menuitem', { name: /^New weights/ }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
  await page.waitForTimeout(700) // a tooltip comes after half a second
  await expect(page.getByRole('tooltip')).toHaveCount(0)

  await netloom.button('Show code').click()
  await netloom.button('Copy').click()
  await expect(page.getByText('Script copied.').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('Present is read from the back of the room', async ({ netloom, page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 })
  await netloom.open()
  await page.keyboard.press('p')
  await expect(netloom.button('Leave')).toBeVisible()
  const plot = await netloom.plot().boundingBox()
  expect(plot?.height).toBeGreaterThanOrEqual(0.6 * 1080)
  for (const line of ['training', 'validation'])
    await expect(page.locator('.line-chart-legend').getByText(line)).toBeVisible()
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

for (const [width, height] of [
  [1920, 1080],
  [1366, 610],
  [1024, 768],
] as const)
  test(`in Present at ${width} × ${height} nothing lies over anything else in the bar`, async ({
    netloom,
    page,
  }) => {
    await page.setViewportSize({ width, height })
    await netloom.open()
    await page.keyboard.press('p')
    await expect(netloom.button('Leave')).toBeInViewport({ ratio: 0.9 })
    const boxes = await page
      .locator('.top-bar :is(.wordmark, .title, .button, .speed, .epoch-counter)')
      .evaluateAll((elements) =>
        elements
          .filter((element) => element.checkVisibility())
          .map((element) => element.getBoundingClientRect())
          .map(({ left, right, bottom }) => ({ left, right, bottom })),
      )
    const inOrder = boxes.toSorted((a, b) => a.left - b.left)

    expect(inOrder.length).toBeGreaterThan(6)
    for (const [i, box] of inOrder.entries()) {
      expect(box.right).toBeLessThanOrEqual((inOrder[i + 1]?.left ?? width) + 1)
      expect(box.bottom).toBeLessThanOrEqual(76)
    }
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

    test('axe finds nothing: in the examples, in the code, in a layer’s settings and where a run diverged', async ({
      netloom,
      page,
    }) => {
      await netloom.open()
      await netloom.button('Examples').click()
      await netloom.button('Edit its words').click()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await netloom.button('Show code').click()
      await expect(page.getByTestId('code')).toContainText('import numpy')
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.getByRole('radio', { name: 'All' }).click()
      await netloom.button('Settings of hidden1').click()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await netloom.chooseData('Plane')
      await page.getByLabel('Learning rate, exact value').fill('10')
      await page.getByLabel('Learning rate, exact value').press('Enter')
      await netloom.button(/^Play/).click()
      await expect(page.getByRole('alert').filter({ hasText: 'Diverged' })).toBeVisible({ timeout: 30_000 })
      await expectAccessible(page)
    })

    for (const [width, height] of [
      [1366, 610],
      [1024, 768],
      [390, 844],
    ] as const)
      test(`axe finds nothing at ${width} × ${height}, with the controls and the menu open`, async ({
        netloom,
        page,
      }) => {
        await page.setViewportSize({ width, height })
        await netloom.open()
        await expectAccessible(page)
        const folded = page.getByRole('button', { name: 'Controls', exact: true })
        if (await folded.isVisible()) {
          await folded.click()
          await page.getByRole('radio', { name: 'All' }).click()
          await expectAccessible(page)
          await page.keyboard.press('Escape')
        }
        const more = page.getByRole('button', { name: 'More', exact: true })
        if (!(await more.isVisible())) return
        await more.click()
        await expect(page.getByText(/Trains on the .PU/)).toBeVisible()
        // A menu lies over the page and says its role itself; only dialogs are known to that rule.
        await expectAccessible(page, { region: { enabled: false } })
      })
  })

async function expectAccessible(page: Page, others = {}): Promise<void> {
  // Else it waits to be asked: targets of at least 24 × 24 px.
  const rules = { 'target-size': { enabled: true }, ...others }
  const { violations } = await new AxeBuilder({ page }).options({ rules }).analyze()
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
