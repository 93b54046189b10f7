import { describe, expect, it } from 'vitest';
import { WorkerPool, type ThreadEvents } from './worker-pool.ts';

/** Threads that answer when they are told to, with all that happens to them in `lines`. */
function open(size: number) {
  const lines: string[] = [];
  const threads: ThreadEvents<string>[] = [];
  const pool = new WorkerPool<string, string>(size, (events) => {
    const name = threads.push(events) - 1;
    lines.push(`open ${name}`);
    return {
      run(job) {
        if (job === 'uncloneable') throw new TypeError('cannot be cloned');
        lines.push(`${name}: ${job}`);
      },
      async terminate() {
        lines.push(`end ${name}`);
      },
    };
  });
  const { signal } = new AbortController();
  let strangers = 0;
  const run = (job: string, cost = 1, owner = --strangers) => pool.run(job, { signal, cost, owner });
  return { lines, threads, pool, run, turn: () => new Promise((resolve) => setTimeout(resolve, 0)) };
}

describe('a pool of workers', () => {
  it('opens its threads at once and runs expensive jobs first, one at a time in each', async () => {
    const { lines, threads, run, turn } = open(2);
    expect(lines).toEqual(['open 0', 'open 1']);
    const jobs = [run('small', 1), run('large', 9), run('middle', 5), run('small too', 1)];
    await turn();
    expect(lines.splice(0)).toEqual(['open 0', 'open 1', '1: large', '0: middle']);
    threads[0].answered('middle done');
    expect(await jobs[2]).toBe('middle done');
    expect(lines.splice(0)).toEqual(['0: small']);
    threads[1].answered('large done');
    threads[0].answered('small done');
    expect(await jobs[1]).toBe('large done');
    expect(await jobs[0]).toBe('small done');
    await turn();
    expect(lines).toEqual(['0: small too']);
    threads[0].answered('small too done');
    expect(await jobs[3]).toBe('small too done');
  });

  it('brings the jobs of an owner back to its thread, expensive ones first, and lets no thread wait for that', async () => {
    const { lines, threads, run, turn } = open(2);
    const first = [run('a', 9, 1), run('b', 8, 2), run('c', 1, 3)];
    await turn();
    threads[1].answered('');
    await turn();
    threads[0].answered('');
    threads[1].answered('');
    await Promise.all(first);
    expect(lines.splice(0)).toEqual(['open 0', 'open 1', '1: a', '0: b', '1: c']);
    const second = [run('c', 9, 3), run('a', 6, 1), run('b', 7, 2), run('new', 5, 4), run('small', 1, 2)];
    await turn();
    expect(lines.splice(0)).toEqual(['1: c', '0: b']); // b costs more
    threads[1].answered('');
    await turn();
    threads[1].answered('');
    await turn();
    expect(lines.splice(0)).toEqual(['1: a', '1: new']); // its own, and nobody's
    threads[1].answered('');
    await turn();
    expect(lines.splice(0)).toEqual(['1: small']); // thread 0's, which is not free
    threads[0].answered('');
    threads[1].answered('');
    await Promise.all(second);

    const third = [run('small b', 2, 2), run('large', 9, 6), run('another', 4, 5)];
    await turn();
    expect(lines.splice(0)).toEqual(['1: large', '0: another']); // a small job of its own waits
    threads[0].answered('');
    threads[1].answered('');
    await turn();
    threads[0].answered('');
    threads[1].answered('');
    await Promise.all(third);
  });

  it('forgets the owners of a thread that has ended', async () => {
    const { lines, threads, pool, run, turn } = open(2);
    const controller = new AbortController();
    const ended = pool.run('first', { signal: controller.signal, cost: 2, owner: 1 });
    const other = run('other', 1, 2);
    await turn();
    controller.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    lines.length = 0;
    const again = run('again', 1, 1);
    await turn();
    expect(lines).toEqual(['open 2', '2: again']);
    threads[0].answered('');
    threads[2].answered('');
    await Promise.all([other, again]);
  });

  it('forgets a waiting job that is aborted', async () => {
    const { lines, threads, pool, run, turn } = open(1);
    const controller = new AbortController();
    const first = run('first');
    const second = pool.run('second', { signal: controller.signal, cost: 1, owner: 0 });
    await turn();
    controller.abort(new Error('never mind'));
    await expect(second).rejects.toThrow('never mind');
    threads[0].answered('done');
    await first;
    await turn();
    expect(lines).toEqual(['open 0', '0: first']);
    await expect(pool.run('third', { signal: controller.signal, cost: 1, owner: 0 })).rejects.toThrow(
      'never mind',
    );
  });

  it('ends the thread of a running job that is aborted, and opens another when there is work', async () => {
    const { lines, threads, pool, run, turn } = open(1);
    const controller = new AbortController();
    const first = pool.run('first', { signal: controller.signal, cost: 1, owner: 0 });
    await turn();
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    await turn();
    expect(lines.splice(0)).toEqual(['open 0', '0: first', 'end 0']);
    threads[0].answered('too late');
    const second = run('second');
    await turn();
    expect(lines).toEqual(['open 1', '1: second']);
    threads[1].answered('done');
    expect(await second).toBe('done');
  });

  it('opens no thread when all jobs are aborted together', async () => {
    const { lines, pool, turn } = open(2);
    const controllers = Array.from({ length: 6 }, () => new AbortController());
    const jobs = controllers.map(({ signal }, i) => pool.run(`job ${i}`, { signal, cost: 1, owner: 0 }));
    await turn();
    for (const controller of controllers) controller.abort(new Error('the run has ended'));
    for (const job of jobs) await expect(job).rejects.toThrow('the run has ended');
    await turn();
    expect(lines.filter((line) => line.startsWith('open'))).toEqual(['open 0', 'open 1']);
    expect(lines.filter((line) => line.startsWith('end')).length).toBe(2);
  });

  it('fails with all its jobs, and those that come later, when a thread ends by itself', async () => {
    const { lines, threads, run, turn } = open(2);
    const jobs = ['a', 'b', 'c'].map((job) => run(job));
    await turn();
    threads[0].ended(new Error('out of memory'));
    for (const job of jobs) await expect(job).rejects.toThrow('out of memory');
    await expect(run('later')).rejects.toThrow('out of memory');
    expect(lines.slice(-2).toSorted()).toEqual(['end 0', 'end 1']);
    threads[1].answered('too late');
  });

  it('rejects a job that cannot be sent, and goes on', async () => {
    const { threads, run, turn } = open(1);
    await expect(run('uncloneable')).rejects.toThrow('cannot be cloned');
    const next = run('next');
    await turn();
    threads[0].answered('done');
    expect(await next).toBe('done');
  });

  it('ends its threads and jobs when it is closed', async () => {
    const { lines, pool, run, turn } = open(2);
    const job = run('job');
    await turn();
    const closed = pool.close();
    await expect(job).rejects.toThrow('was closed');
    await closed;
    await pool.close();
    expect(lines.slice(-2).toSorted()).toEqual(['end 0', 'end 1']);
    await expect(run('later')).rejects.toThrow('was closed');
  });

  it('leaves no listener on a signal behind an answer', async () => {
    const { threads, pool, turn } = open(1);
    const { signal } = new AbortController();
    let listeners = 0;
    Object.assign(signal, {
      addEventListener: () => void listeners++,
      removeEventListener: () => void listeners--,
    });
    const job = pool.run('job', { signal, cost: 1, owner: 0 });
    await turn();
    threads[0].answered('done');
    await job;
    expect(listeners).toBe(0);
  });
});
