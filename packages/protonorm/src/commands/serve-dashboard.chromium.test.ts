import { createMemoryDeviceStore, joinFederation } from '@protonorm/fl-client';
import { strategies } from '@protonorm/strategies';
import { strategyName } from '@protonorm/strategy';
import { chromium } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { chromiumFlags, chromiumMissing, chromiumPath } from '../../../../tools/browser/chromium.ts';
import { workplace } from '../cli/cli.test-support.ts';
import { openRecipeMember, type RecipeMember } from '../federation/recipe-member.ts';

const missing = chromiumMissing();
const [ROUNDS, CLIENTS] = [3, 3];

/** One device in this process, until the federation ends. */
async function device(url: string, signal: AbortSignal): Promise<string> {
  let member: RecipeMember | undefined;
  try {
    return await joinFederation({
      url,
      federation: 'digits',
      strategies: Object.values(strategies).map((strategy) => strategyName(strategy)),
      store: createMemoryDeviceStore(),
      open: async (welcome, given) =>
        (member = await openRecipeMember(welcome, { backend: 'wasm', ...given })),
      signal,
    });
  } finally {
    member?.[Symbol.dispose]();
  }
}

it.skipIf(missing)(
  `protonorm serve shows its federation in Chromium, from waiting to the last accuracy${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    await using place = await workplace();
    const flags = `--rounds ${ROUNDS} --clients ${CLIENTS} --strategy protonorm --backend wasm --port 0 --out out`;
    const call = place.start('serve', '--recipe', 'digits', ...flags.split(' '));
    onTestFinished(() => void call.process.kill());
    const signal = AbortSignal.timeout(90_000);
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      call.process.stderr!.on('data', (part: string) => {
        text += part;
        const found = /^dashboard: (\S+)$/m.exec(text);
        if (found !== null) resolve(found[1]);
      });
      call.process.on('close', () => reject(new Error(`The server ended: ${text}`)));
    });
    const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // Browsers write refused connections to the console by themselves: the server ends before the page does.
      if (message.type() === 'error' && !message.text().includes('net::ERR_')) problems.push(message.text());
    });
    await page.goto(url);
    const status = page.locator('.headline .status');
    await status.getByText('waiting').waitFor();
    await page.getByRole('status').getByText('Live').waitFor();

    const devices = Array.from({ length: CLIENTS }, () => device(url, signal));
    expect(await Promise.all(devices)).toEqual(devices.map(() => 'finished'));
    const { code, stderr } = await call.ended;
    expect([code, stderr]).toEqual([0, expect.any(String)]);

    await status.getByText('finished').waitFor();
    const results = JSON.parse(await place.read('out/results.json')) as { summary: { final: number } };
    const tile = (name: string) => page.locator('.tiles > div', { hasText: name }).locator('dd').first();
    expect(await tile('Round').textContent()).toBe(`${ROUNDS} of ${ROUNDS}`);
    expect(await tile('Accuracy now').textContent()).toBe(`${(100 * results.summary.final).toFixed(1)}%`);
    expect(await page.locator('table.devices tbody tr').count()).toBe(CLIENTS);
    await page.locator('table.matrix').first().waitFor(); // measured in a worker, under its own policy
    await page.getByText(/^Not connected\./).waitFor();
    expect(problems).toEqual([]);
  },
  120_000,
);
