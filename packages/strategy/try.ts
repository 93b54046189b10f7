import { reportStrategy } from '@protonorm/strategy/testkit';
import { strategies } from '@protonorm/strategies';
for (const s of Object.values(strategies)) {
  const hyper = s.id.startsWith('protonorm') ? {lambda: 10*6/512, scale: 80*Math.sqrt(6/512)} : {};
  const r = await reportStrategy(s, {hyper, only: ['messages/*']});
  console.log(r.strategy, r.passed.length, 'passed');
  for (const f of r.failed) console.log('   ', f.name, '|', f.message.slice(0,500));
}
