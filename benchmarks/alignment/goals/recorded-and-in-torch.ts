import { align } from '@protonorm/prototype-math';
import { inputOf, type InputKind } from '../inputs.ts';
import { atMost, none } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { check } from '../measurements.ts';
import { rowOf } from '../row.ts';
import { measureTorch } from '../torch.ts';

/** Goal 1: `reference` makes the passes of the released code, as recorded and as our script in PyTorch makes them. */
export const recordedAndInTorch: readonly Measurement[] = [
  check('check-recorded-runs.ts', {
    goal: 1,
    name: 'reference against recorded runs',
    limits: [atMost('difference', 1e-6), atMost('relativeForceDifference', 1e-6), none('failures')],
  }),
  {
    goal: 1,
    name: 'passes of reference and of torch',
    torch: true,
    measure({ quick, torchPython }) {
      const compared = (quick ? [10] : [10, 100]).flatMap((classes) =>
        (['gauss', 'relu'] satisfies InputKind[]).map((kind) => {
          const { passes } = align(inputOf(classes, 512, { kind }), { method: 'reference' });
          const torch = measureTorch(torchPython!, { classes, dim: 512, kind, calls: 1 });
          return { on: torch.on, passes, torch: torch.passes!, what: `(${classes}, 512) ${kind}` };
        }),
      );
      const failures = compared.filter(({ passes, torch }) => passes !== torch).length;
      const note = compared.map(({ what, passes, torch }) => `${what}: ${passes} and ${torch}`).join(', ');
      const name = 'reference against our torch script';
      return [rowOf({ goal: 1, name, note }, { on: compared[0].on, failures }, [none('failures')])];
    },
  },
];
