import { loadRecipe } from './src/recipe/load-recipe.ts';
import { loadRunData } from './src/run/load-data.ts';
import { planRun } from './src/run/run-plan.ts';
import { runWithProgress } from './src/run/start-run.ts';
import { chooseExecution } from './src/cli/choose-execution.ts';
const signal = new AbortController().signal;
const recipe = await loadRecipe(process.argv[2]);
const data = await loadRunData(recipe, { seed: 1, signal });
for (const id of process.argv[3].split(',')) {
const plan = await planRun(recipe, recipe.strategies.find(s=>s.id===id)!, { seed: 1, data });
const execution = await chooseExecution({ backend: 'auto', workers: process.argv[4] ?? '0' }, { signal });
const t=Date.now();
const r = await runWithProgress(plan, { folder: '/tmp/slice-' + id+ Date.now(), execution, signal, now: Date.now, output: process.stderr });
console.log(id, r.summary, r.sha256, (Date.now()-t)/1000);
}
