/** Time and result of one case in a process of its own; see README.md. Prints the figures as JSON. */
import type { AlignmentCase } from './alignment-case.ts';
import type { SomeFigures } from './figures.ts';
import { median } from './median.ts';
import { inputsOf, linearAlgebraOf, runCase, type CaseResult } from './run-case.ts';

const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

async function measureTime(of: AlignmentCase): Promise<SomeFigures & { readonly on: string }> {
  const inputs = inputsOf(of);
  const { calls = inputs.length } = of;
  const linearAlgebra = await linearAlgebraOf(of);
  const times: { readonly ms: number; readonly cpu: number }[] = [];
  const passTimes: number[] = [];
  const results: CaseResult[] = [];
  for (let call = calls === 0 ? 0 : -1; call < Math.max(1, calls); call++) {
    const input = inputs[Math.max(0, call) % inputs.length];
    const timed = call >= 0;
    let lap: number | undefined;
    const onPass = (): void => {
      const now = cpuMs();
      if (timed && lap !== undefined) passTimes.push(now - lap);
      lap = now;
    };
    const cpuStart = process.cpuUsage();
    const start = performance.now();
    const result = runCase(of, input, { linearAlgebra, onPass });
    const ms = performance.now() - start;
    if (timed) {
      times.push({ ms, cpu: cpuMs(cpuStart) });
      if (call < inputs.length) results.push(result);
    }
  }
  const perCall = median(times.map(({ cpu }) => cpu));
  const { passes } = results[0];
  return {
    on: linearAlgebra?.name ?? 'javascript',
    ms: median(times.map(({ ms }) => ms)),
    cpuMs: perCall,
    // The plain version does not tell of its passes.
    ...(passes > 0 && { passCpuMs: passTimes.length > 0 ? median(passTimes) : perCall / passes }),
    ...worstOf(results),
  };
}

/** The worst of each figure over the inputs. */
function worstOf(results: readonly CaseResult[]): SomeFigures {
  const most = (of: (result: CaseResult) => number): number => Math.max(...results.map(of));
  const { classes } = results[0].geometry;
  return {
    passes: most(({ passes }) => passes),
    maxCosine: most(({ geometry }) => geometry.maxCosine!),
    bound: most(({ geometry }) => geometry.bound!.cosine),
    leastGap: -most(({ geometry }) => -geometry.gap!),
    simplexError: most(({ geometry: { maxCosine, minCosine } }) =>
      Math.max(...[maxCosine!, minCosine!].map((cosine) => Math.abs(cosine + 1 / (classes - 1)))),
    ),
    normError: most(({ geometry: { norms } }) => Math.max(norms!.max - 1, 1 - norms!.min)),
    logEnergy: most(({ geometry }) => geometry.logEnergy),
    ...(results[0].movement !== undefined && {
      movement: most(({ movement }) => movement!.rms),
      identity: -most(({ identity }) => -identity!),
    }),
  };
}

console.log(JSON.stringify(await measureTime(JSON.parse(process.argv[2]) as AlignmentCase)));
