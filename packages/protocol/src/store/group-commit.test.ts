import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGroupCommit } from './group-commit.ts';

/** A list whose transactions are all or nothing. */
function listDatabase() {
  let kept: readonly number[] = [];
  let transactions = 0;
  return {
    kept: () => kept,
    transactions: () => transactions,
    async transact<T>(body: (list: number[]) => Promise<T>): Promise<T> {
      transactions++;
      const list = [...kept];
      const result = await body(list);
      await Promise.resolve();
      kept = list;
      return result;
    },
  };
}

const bad = new Error('bad');
const push = (value: number) => (list: number[]) => {
  if (value < 0) throw bad;
  return list.push(value);
};

describe('createGroupCommit', () => {
  it('keeps what resolved, in order, and nothing of what rejected, in any groups', async () => {
    const values = fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (given, most, together) => {
          const database = listDatabase();
          const commits = createGroupCommit<number[]>({
            transact: database.transact,
            separable: () => true,
            most,
            together,
          });
          const outcomes = await Promise.allSettled(given.map((value) => commits.run(push(value))));
          expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
            given.map((value) => value >= 0),
          );
          expect(database.kept()).toEqual(given.filter((value) => value >= 0));
        },
      ),
      { seed: 1 },
    );
  });

  it('needs few transactions for many calls of a moment', async () => {
    const database = listDatabase();
    const commits = createGroupCommit<number[]>({
      transact: database.transact,
      separable: () => true,
      gather: () => new Promise((resolve) => setTimeout(resolve, 0)),
    });
    await Promise.all(Array.from({ length: 300 }, (_, i) => commits.run(push(i))));
    expect(database.transactions()).toBe(2);
    expect(database.kept()).toHaveLength(300);
  });

  it('ends no transaction while one of its calls goes on, also when another has failed', async () => {
    const steps: string[] = [];
    const commits = createGroupCommit<null>({
      transact: (body) => body(null).finally(() => steps.push('end')),
      separable: () => false,
      together: true,
    });
    const slow = commits.run(async () => {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 0));
      steps.push('slow');
    });
    const failing = commits.run(() => Promise.reject(bad));
    await Promise.allSettled([slow, failing]);
    await expect(failing).rejects.toBe(bad);
    expect(steps).toEqual(['slow', 'end']);
  });

  it('fails all calls of a transaction at once when no single one can be the cause', async () => {
    let tried = 0;
    const commits = createGroupCommit<never>({
      transact: () => (tried++, Promise.reject(bad)),
      separable: () => false,
    });
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map((value) => commits.run(() => value)));
    expect(outcomes.map(({ status }) => status)).toEqual(new Array(4).fill('rejected'));
    expect(tried).toBe(1);
  });

  it('when closed, ends the calls before and refuses those behind', async () => {
    const database = listDatabase();
    const commits = createGroupCommit<number[]>({ transact: database.transact, separable: () => true });
    const before = [1, 2, 3].map((value) => commits.run(push(value)));
    const closing = commits.close();
    await expect(commits.run(push(4))).rejects.toMatchObject({ code: 'disposed' });
    await closing;
    expect(database.kept()).toEqual([1, 2, 3]);
    await Promise.all(before);
  });
});
