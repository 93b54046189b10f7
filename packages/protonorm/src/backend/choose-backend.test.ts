import { describe, expect, it } from 'vitest';
import { backendReference } from './backend-reference.ts';
import { backendNames, backendTable, checkBackendName, type BackendName } from './backend-table.ts';
import { chooseBackend } from './choose-backend.ts';

const options = { signal: new AbortController().signal };

describe('backendTable', () => {
  it('has modules that workers can load, or says how to install them', () => {
    for (const name of backendNames) {
      expect(backendReference(name)).toMatchObject({ name, module: expect.stringMatching(/^file:/) });
    }
    const broken = () => backendReference('none' as BackendName);
    Object.assign(backendTable, {
      none: {
        summary: '',
        package: '@protonorm/backend-none',
        resolve: () => {
          throw new Error('not found');
        },
        export: 'x',
        arguments: [],
        install: 'npm i it',
      },
    });
    try {
      expect(broken).toThrow(expect.objectContaining({ code: 'backend-unavailable' }));
      expect(broken).toThrow('npm i it');
    } finally {
      delete (backendTable as Record<string, unknown>).none;
    }
  });

  it('knows its names, and the nearest of others', () => {
    expect(checkBackendName('auto')).toBe('auto');
    expect(() => checkBackendName('wasm-relaxd')).toThrow("Did you mean 'wasm-relaxed'?");
  });
});

describe('chooseBackend', () => {
  it('names the build of the engine, by itself and when asked', async () => {
    const auto = await chooseBackend('auto', options);
    expect(auto.reference.name).toMatch(/^wasm-(relaxed|simd)$/);
    expect(auto.why).toContain(
      `${auto.reference.name} is the fastest backend that works here: ${auto.description}.`,
    );
    expect((await chooseBackend('wasm', options)).reference).toEqual(auto.reference);
    const simd = await chooseBackend('wasm-simd', options);
    expect(simd.reference).toMatchObject({ name: 'wasm-simd', arguments: [{ build: 'simd' }] });
    expect(simd.why).toContain('was asked for');
  });

  it('falls back, and says why', async () => {
    const engine = backendTable.wasm as { export: string };
    engine.export = 'createNothing';
    try {
      const { reference, why } = await chooseBackend('auto', options);
      expect(reference.name).toBe('tfjs-wasm');
      expect(why).toMatch(/tfjs-wasm is the fastest .* wasm does not work: .*createNothing/);
    } finally {
      engine.export = 'createBackend';
    }
  });

  it('refuses what it does not know', async () => {
    await expect(chooseBackend('gpu', options)).rejects.toMatchObject({ code: 'unknown-backend' });
  });
});
