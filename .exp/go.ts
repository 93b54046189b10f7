import { loadRecipe } from '../packages/protonorm/src/recipe/load-recipe.ts';
import { loadRunData } from '../packages/protonorm/src/run/load-data.ts';
import { planRun } from '../packages/protonorm/src/run/run-plan.ts';
import { simulate, createWorkerExecutor, loadBackend } from '@protonorm/simulation';
import { initialModels } from '../packages/protonorm/src/run/seed-plan.ts';
import { createMemoryStore, summarise } from '@protonorm/protocol';
const signal = new AbortController().signal;
const [recipeName, seeds, ...specs] = process.argv.slice(2);
const recipe = await loadRecipe(recipeName);
if (process.env.ROUNDS) (recipe as any).rounds = +process.env.ROUNDS;
for (const spec of specs) {
  const [id, h] = spec.split(':');
  const hyper: Record<string, any> = Object.fromEntries((h ?? '').split(',').filter(Boolean).map(p => { const [k, v] = p.split('='); return [k, v === 'true' ? true : v === 'false' ? false : isNaN(+v) ? v : +v]; }));
  const res: any[] = [];
  for (const s of seeds.split(',').map(Number)) {
    const data = await loadRunData(recipe, { seed: s, signal });
    const plan = await planRun(recipe, { id, hyper }, { seed: s, data });
    const backend = { module: import.meta.resolve('@protonorm/backend-tfjs'), export: 'createBackend', name: 'wasm' };
    const g = simulate({ strategy: plan.resolved.strategy, hyper, dataset: data.dataset, clients: plan.clients, local: recipe.local, rounds: recipe.rounds, seed: s, initial: initialModels(recipe.initial, s), executor: (setup) => createWorkerExecutor(2, { simulation: setup, strategy: plan.resolved.reference, backend }), createLearner: async () => { throw 0 }, store: createMemoryStore(), signal });
    try { for (;;) { const n = await g.next(); if (n.done) { res.push(summarise(n.value)); break; } } } catch (e: any) { res.push(null); console.log(e.message); }
  }
  const f = (k: string) => { const v = res.map(r => r?.[k] ?? NaN); return (v.reduce((a, b) => a + b, 0) / v.length).toFixed(4) + ' [' + v.map(x => x.toFixed(3)).join(' ') + ']'; };
  console.log(spec.padEnd(70), 'last5', f('last5'), 'logits', f('last5ByLogits'));
}
