import { defineCommand } from 'citty';
import { EXIT } from '../cli/exit-codes.ts';
import { interruptSignal } from '../cli/interrupt.ts';
import { catalogue } from '../doctor/catalogue.ts';
import {
  checkBackends,
  checkBundledData,
  checkMachine,
  checkNode,
  checkRecipes,
  checkRunsFolder,
  checkSimd,
  type Check,
} from '../doctor/checks.ts';
import { doctorText } from '../output/doctor-text.ts';

const args = {
  runs: { type: 'string', description: 'Folder that runs are written to (runs).', valueHint: 'dir' },
  json: { type: 'boolean', default: false, description: 'Print the result as JSON on standard output.' },
} as const;

/** `protonorm doctor`: does it work here, and what is there? */
export const doctor = defineCommand({
  meta: {
    name: 'doctor',
    description: 'Check this installation and list what it has; exit code 1 = not ok.',
  },
  args,
  async run({ args: flags }) {
    using interrupt = interruptSignal('Stopping.');
    const settings = { runs: flags.runs ?? 'runs', signal: interrupt.signal };
    const checks: readonly Check[] = [
      checkNode(),
      checkSimd(),
      ...(await checkBackends(settings)),
      checkMachine(),
      await checkRunsFolder(settings),
      await checkBundledData(settings),
      await checkRecipes(),
    ];
    const ok = checks.every(({ status }) => status !== 'not ok');
    const names = await catalogue();
    process.stdout.write(
      flags.json ? `${JSON.stringify({ ok, checks, ...names }, null, 2)}\n` : doctorText(checks, names),
    );
    process.exitCode = ok ? EXIT.ok : EXIT.failed;
  },
});
