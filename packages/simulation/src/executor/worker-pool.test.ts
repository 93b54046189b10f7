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
  const run = (job: string, cost = 1) => pool.run(job, { signal, cost });
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

  it('forgets a waiting job that is aborted', async () => {
    const { lines, threads, pool, run, turn } = open(1);
    const controller = new AbortController();
    const first = run('first');
    const second = pool.run('second', { signal: controller.signal, cost: 1 });
    await turn();
    controller.abort(new Error('never mind'));
    await expect(second).rejects.toThrow('never mind');
    threads[0].answered('done');
    await first;
    await turn();
    expect(lines).toEqual(['open 0', '0: first']);
    await expect(pool.run('third', { signal: controller.signal, cost: 1 })).rejects.toThrow('never mind');
  });

  it('ends the thread of a running job that is aborted, and opens another when there is work', async () => {
    const { lines, threads, pool, run, turn } = open(1);
    const controller = new AbortController();
    const first = pool.run('first', { signal: controller.signal, cost: 1 });
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
    const jobs = controllers.map(({ signal }, i) => pool.run(`job ${i}`, { signal, cost: 1 }));
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
    const job = pool.run('job', { signal, cost: 1 });
    await turn();
    threads[0].answered('done');
    await job;
    expect(listeners).toBe(0);
  });
});
