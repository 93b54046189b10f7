import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { summarise, type RunEvent } from '@protonorm/protocol';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { chromiumFlags, chromiumMissing, chromiumPath } from '../../../../tools/browser/chromium.ts';
import { percent } from '../format/format.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { startLiveServer } from './testing/live-server.test-support.ts';
import { ServedFederation } from './testing/served-federation.test-support.ts';
import { RUN, smallRun } from './testing/small-run.test-support.ts';

const missing = chromiumMissing();
const files = dashboardFiles();
/** Where pictures and measurements go; nowhere without it. */
const shots = process.env.DASHBOARD_SHOTS;

/** WebGL by software, slowly. */
const webglFlags = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

describe.skipIf(missing)(`the dashboard in Chromium${missing ? ` (skipped: ${missing})` : ''}`, () => {
  /** Prototypes that overlap, and prototypes that are far apart. */
  let events: readonly RunEvent[];
  let sound: readonly RunEvent[];
  let withWebgl: Browser;
  let without: Browser;

  beforeAll(async () => {
    events = await smallRun({ iterations: 0 });
    sound = await smallRun({ method: 'auto', scale: 20 });
    const launch = (args: readonly string[]): Promise<Browser> =>
      chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags, ...args], timeout: 60_000 });
    [withWebgl, without] = [await launch(webglFlags), await launch(['--disable-3d-apis'])];
  }, 240_000);

  afterAll(async () => {
    await withWebgl?.close();
    await without?.close();
  });

  /** A server with the run at its beginning, and a page that follows it. */
  async function opened({
    browser = without,
    others = [] as readonly ServedFederation[],
    until = 0,
    run = events,
    ...options
  }: BrowserContextOptions & {
    readonly browser?: Browser;
    readonly others?: readonly ServedFederation[];
    readonly until?: number;
    readonly run?: readonly RunEvent[];
  } = {}) {
    const clients = Array.from({ length: RUN.clients }, (_, i) => `device-${i}`);
    const served = new ServedFederation(
      { name: 'digits', strategy: RUN.strategy, rounds: RUN.rounds },
      clients,
    );
    const server = await startLiveServer(files, [served, ...others]);
    let at = 0;
    const play = (to: number): void => {
      for (; at < to; at++) server.send('digits', served.apply(run[at]));
    };
    play(until);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    onTestFinished(async () => {
      await context.close();
      await server[Symbol.asyncDispose]();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      // Browsers write refused connections to the console by themselves.
      if (
        ['error', 'warning'].includes(message.type()) &&
        !message.text().includes('Failed to load resource')
      )
        problems.push(message.text());
    });
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.origin))
        foreign.push(request.url());
    });
    await page.addInitScript(() => {
      const tasks: number[] = [];
      new PerformanceObserver((list) =>
        tasks.push(...list.getEntries().map((entry) => entry.duration)),
      ).observe({
        type: 'longtask',
        buffered: true,
      });
      Object.assign(globalThis, { longTasks: tasks });
    });
    await page.goto(server.origin);
    if (others.length === 0) await page.locator('.headline h2', { hasText: 'digits' }).waitFor();
    await page.getByRole('status').getByText('Live').waitFor();
    return { page, server, served, play, problems, foreign };
  }

  const roundsBehind = (rounds: number, run = events): number =>
    run.findIndex((event) => event.type === 'round-finished' && event.round === rounds - 1) + 1;

  it('follows a run to its end, without a reload, a console error or a foreign request', async () => {
    const { page, play, problems, foreign } = await opened();
    await page.getByText('Nothing was evaluated yet.').waitFor();
    for (let to = 0; to <= events.length; to++) {
      play(to);
      // As events come: not all in one task.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    await page.locator('.headline .status', { hasText: 'finished' }).waitFor();
    const last = events.at(-1);
    if (last?.type !== 'run-finished') throw new Error('The run has no end.');
    const summary = summarise(last.history);
    const tile = (name: string) => page.locator('.tiles > div', { hasText: name }).locator('dd').first();
    await expect.poll(() => tile('Accuracy now').textContent()).toBe(percent(summary.final));
    expect(await tile('Best accuracy').textContent()).toBe(percent(summary.best));
    expect(await tile('Round').textContent()).toBe(`${RUN.rounds} of ${RUN.rounds}`);
    await expect
      .poll(() => page.locator('.chart', { hasText: 'Accuracy' }).locator('.legend').textContent())
      .toContain(percent(summary.final));
    expect(await page.locator('table.devices tbody tr').count()).toBe(RUN.clients);
    const alarm = page.locator('.alarm[data-code=prototype-overlap]');
    expect(await alarm.textContent()).toContain('Too little alignment');
    expect(await alarm.textContent()).toContain('Take more iterations');
    expect(await alarm.locator('.when').textContent()).toBe(
      `since round 1, in ${RUN.rounds} of ${RUN.rounds} rounds`,
    );
    expect(await page.title()).toBe(`1 alarm: digits, round ${RUN.rounds} of ${RUN.rounds}`);
    await page.locator('table.matrix').first().waitFor();
    expect(await page.locator('table.matrix').first().locator('tbody tr').count()).toBe(10);
    expect(problems).toEqual([]);
    expect(foreign).toEqual([]);
    await report(page, 'following a run');
  });

  it('shows the same when it is opened late, with the classes as a table', async () => {
    const { page, problems } = await opened({ until: roundsBehind(4) });
    await page.getByText('Table of the classes').click();
    const table = page.getByRole('region', { name: 'Prototypes of each class after round 4' });
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(10);
    await page.locator('.chart', { hasText: 'Accuracy' }).first().getByText('Data table').click();
    const accuracies = page.getByRole('region', { name: 'Accuracy by rounds of training' });
    expect(await accuracies.locator('tbody tr').count()).toBe(4);
    expect(problems).toEqual([]);
  });

  it('says who is waited for, and for how long', async () => {
    const { page, server, served } = await opened({ until: roundsBehind(2) });
    const { now, devices } = served.state;
    const data = devices.map((device, i) => ({
      ...device,
      connected: i !== 4,
      status: i > 3 ? ('working' as const) : ('answered' as const),
      since: i > 3 ? now - 75_000 + i : now,
    }));
    server.send('digits', [{ event: 'devices', data }]);
    await page.getByText('The round waits for 2 devices; 4 answered, 0 failed.').waitFor();
    const waiting = page.getByRole('list', { name: 'Devices that the round waits for' });
    await expect
      .poll(() => waiting.textContent())
      .toMatch(/^device-41 min 1\d snot connecteddevice-51 min 1\d sstraggler$/);
    await page.getByLabel('Find a device').fill('VICE-3');
    expect(await page.locator('table.devices tbody tr').count()).toBe(1);
    await page.locator('.note', { hasText: '1 of 6 devices are shown.' }).waitFor();
  });

  it('connects again by itself, says so, and has missed nothing', async () => {
    const { page, server, play } = await opened({ until: roundsBehind(1) });
    server.cut();
    await page
      .getByText(/^Not connected\. The (connection to the server ended|server does not answer)\.$/)
      .waitFor();
    play(roundsBehind(3));
    server.mend();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('status').getByText('Live').waitFor();
    await expect.poll(() => page.locator('.tiles dd').first().textContent()).toBe(`3 of ${RUN.rounds}`);
    server.cut();
    await page.getByText('Next try in').waitFor();
    server.mend();
    await page.getByRole('status').getByText('Live').waitFor();
  });

  it('lists federations, and shows the one that is chosen; names are text', async () => {
    const name = '<b>second</b> / ä';
    const second = new ServedFederation({ name, strategy: 'local@1', rounds: 3 }, ['x']);
    const { page } = await opened({ others: [second], until: roundsBehind(1) });
    const nav = page.getByRole('navigation', { name: 'Federations' });
    await nav.getByRole('link').nth(1).waitFor();
    expect(await page.locator('main').isHidden()).toBe(true);
    await nav.getByRole('link', { name: '<b>second</b>' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.headline h2').textContent()).toBe(name);
    await nav.getByRole('link', { name: 'digits' }).click();
    await expect.poll(() => page.locator('.headline h2').textContent()).toBe('digits');
    expect(await nav.locator('[aria-current=page] strong').textContent()).toBe('digits');
    await page.goto(`${new URL(page.url()).origin}/#/nobody`);
    await page.getByText('The server does not know this federation.').waitFor();
  });

  it('loads three.js when the sphere is seen and not before; it turns by keys and drags, and moves with a round', async () => {
    const { page, server, play, problems } = await opened({ browser: withWebgl, until: roundsBehind(2) });
    const three = (): boolean => server.asked.some((path) => path.includes('three'));
    await page.locator('.sphere').waitFor();
    expect(three()).toBe(false);
    const sphere = page.locator('.sphere');
    await sphere.scrollIntoViewIfNeeded();
    await page.locator('.sphere[data-view=webgl] canvas').waitFor();
    expect(three()).toBe(true);
    await checkTurning(page);
    const before = await firstPoint(page);
    play(roundsBehind(3));
    await page.locator('output', { hasText: '3 (the latest)' }).waitFor();
    await expect.poll(() => firstPoint(page)).not.toBe(before);
    expect(await drawnPixels(page)).toBeGreaterThan(1000);
    expect(problems).toEqual([]);
    await report(page, 'turning the sphere, WebGL by software');
  });

  it('draws the sphere without WebGL too', async () => {
    const { page, server, problems } = await opened({ until: roundsBehind(2) });
    await page.locator('.sphere').scrollIntoViewIfNeeded();
    await page.locator('.sphere[data-view=svg] circle.ball').waitFor();
    await checkTurning(page);
    expect(await page.locator('.sphere circle:not(.ball)').count()).toBe(10);
    expect(server.asked.some((path) => path.includes('three'))).toBe(false);
    expect(problems).toEqual([]);
  });

  it('does not move points on their way where motion is to be reduced', async () => {
    const { page, play } = await opened({ reducedMotion: 'reduce', until: roundsBehind(2) });
    await page.locator('.sphere').scrollIntoViewIfNeeded();
    await page.locator('.labels span').first().waitFor();
    await page.evaluate(() => {
      const places = new Set<string | null>();
      const line = document.querySelector('.labels line')!;
      new MutationObserver(() => places.add(line.getAttribute('x1'))).observe(line, { attributes: true });
      Object.assign(globalThis, { places });
    });
    play(roundsBehind(3));
    await page.locator('output', { hasText: '3 (the latest)' }).waitFor();
    // As many frames as a movement would have.
    await page.evaluate(async () => {
      for (let i = 0; i < 60; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    expect(await page.evaluate(() => (globalThis as unknown as { places: Set<string> }).places.size)).toBe(1);
  });

  it.each([
    { name: 'light', colorScheme: 'light' as const, width: 1280, height: 900, good: true },
    { name: 'dark', colorScheme: 'dark' as const, width: 1280, height: 900, good: false },
    { name: 'phone', colorScheme: 'light' as const, width: 360, height: 740, good: false },
    { name: 'phone-dark', colorScheme: 'dark' as const, width: 360, height: 740, good: true },
  ])(
    'has no fault that axe finds and no sideways scroll: $name',
    async ({ name, colorScheme, width, height, good }) => {
      const run = good ? sound : events;
      const { page, server, served, play } = await opened({
        browser: withWebgl,
        colorScheme,
        viewport: { width, height },
        until: roundsBehind(1, run),
        run,
      });
      await page.locator('.sphere').scrollIntoViewIfNeeded();
      await page.locator('.sphere[data-view=webgl]').waitFor();
      for (let round = 2; round <= 4; round++) {
        play(roundsBehind(round, run));
        await page.locator('output', { hasText: `${round} (the latest)` }).waitFor();
      }
      play(roundsBehind(4, run) + 6);
      const { now, devices } = served.state;
      const data = devices.map((device, i) => ({ ...device, since: now - 9000 * i, connected: i !== 5 }));
      server.send('digits', [
        { event: 'devices', data },
        {
          event: 'run',
          data: {
            type: 'client-failed',
            round: 4,
            clientId: 'device-5',
            code: 'timeout',
            message: 'No answer in 60 s.',
          },
        },
      ]);
      await page.locator('table.matrix').nth(1).waitFor();
      await page.locator('summary', { hasText: '1 failure' }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      if (shots !== undefined) {
        mkdirSync(shots, { recursive: true });
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
      }
      await page.evaluate(axe.source);
      const faults = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: {
            run(): Promise<{
              violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
            }>;
          };
        };
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => [
          id,
          nodes.slice(0, 3).map((node) => [node.html, node.failureSummary]),
        ]);
      });
      expect(faults).toEqual([]);
    },
  );

  it('keeps the colours that were chosen', async () => {
    const { page } = await opened({ colorScheme: 'light' });
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.getByLabel('Colours').selectOption('dark');
    const dark = await paper();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('status').getByText('Live').waitFor();
    expect(await paper()).toBe(dark);
  });

  /** Where the first class is drawn: the inner end of the line to its name. */
  async function firstPoint(page: Page): Promise<string> {
    return await page
      .locator('.labels line')
      .first()
      .evaluate((line) => `${line.getAttribute('x1')}, ${line.getAttribute('y1')}`);
  }

  /** Keys, drags and zoom change the picture, and 0 brings it back. */
  async function checkTurning(page: Page): Promise<void> {
    const place = (): Promise<string> => firstPoint(page);
    const sphere = page.locator('.sphere');
    const settled = async (): Promise<string> => {
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      return await place();
    };
    const start = await settled();
    await sphere.focus();
    for (const key of ['ArrowLeft', 'ArrowUp', '+']) {
      const before = await place();
      await page.keyboard.press(key);
      await expect.poll(place).not.toBe(before);
    }
    const box = (await sphere.boundingBox())!;
    const before = await settled();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(place).not.toBe(before);
    const unzoomed = await settled();
    await page.mouse.wheel(0, -120);
    await expect.poll(place).not.toBe(unzoomed);
    await page.keyboard.press('0');
    await expect.poll(place).toBe(start);
  }

  /** Pixels of the canvas that are not empty. */
  async function drawnPixels(page: Page): Promise<number> {
    const picture = await page.locator('.sphere').screenshot();
    return await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      let different = 0;
      for (let at = 4; at < data.length; at += 4) if (data[at] !== data[0]) different++;
      return different;
    }, picture.toString('base64'));
  }

  /** Tasks above 50 ms: written down, not judged, since they depend on the machine. */
  async function report(page: Page, what: string): Promise<void> {
    if (shots === undefined) return;
    const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
    mkdirSync(shots, { recursive: true });
    writeFileSync(
      join(shots, `${what.replaceAll(/\W+/g, '-')}.json`),
      JSON.stringify({ what, longTasksMs: tasks }),
    );
  }
});
