import { expect, test } from 'vitest';
import { StateRooms } from './state-rooms.ts';

const numbers = (parameters: number, buffers: number) => ({
  parameters: new Float32Array(parameters),
  buffers: new Float32Array(buffers),
});

test('a room that was given back is used again, under a revision of its own', () => {
  const rooms = new StateRooms(false);
  const first = rooms.take(numbers(3, 2));
  expect([first.parameters.length, first.buffers.length]).toEqual([3, 2]);
  const second = rooms.take(numbers(3, 2));
  expect(second.parameters).not.toBe(first.parameters);
  rooms.give(first);
  const third = rooms.take(numbers(3, 2));
  expect(third.parameters).toBe(first.parameters);
  expect(third.buffers).toBe(first.buffers);
  expect(new Set([first, second, third].map(({ revision }) => revision)).size).toBe(3);
});

test('only room of the same sizes is used again', () => {
  const rooms = new StateRooms(false);
  rooms.give(rooms.take(numbers(3, 2)));
  for (const [p, b] of [
    [2, 3],
    [3, 0],
    [32, 2],
  ]) {
    const { parameters, buffers } = rooms.take(numbers(p, b));
    expect([parameters.length, buffers.length]).toEqual([p, b]);
  }
});

test('arrays of somebody else are never written to', () => {
  const rooms = new StateRooms(false);
  const own = numbers(3, 2);
  rooms.give(own);
  expect(rooms.take(own).parameters).not.toBe(own.parameters);
});

test('room lies on shared memory when it is to be shared', () => {
  for (const shared of [true, false]) {
    const { parameters, buffers } = new StateRooms(shared).take(numbers(1, 1));
    for (const { buffer } of [parameters, buffers]) expect(buffer instanceof SharedArrayBuffer).toBe(shared);
  }
});
