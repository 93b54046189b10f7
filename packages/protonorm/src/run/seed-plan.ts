import { initialBuffers, initialParameters, referenceParameters } from '@protonorm/models';
import type { InitialModel } from '@protonorm/simulation';
import { createRng, type ModelSpec } from '@protonorm/tensor';

/**
 * The first numbers of each client's model.
 *
 * 'torch': PyTorch's default initialisation from the stream seed / init / client. 'reference': the mulberry32 stream
 * seed * 1000 + client of the reference runs; the server (index -1) starts as client 0 does.
 */
export function initialModels(
  kind: 'torch' | 'reference',
  seed: number,
): (client: { readonly index: number; readonly model: ModelSpec }) => InitialModel {
  return ({ index, model }) => ({
    parameters:
      kind === 'reference'
        ? referenceParameters(model, seed * 1000 + Math.max(index, 0))
        : initialParameters(model, createRng(seed).split('init', index)),
    buffers: initialBuffers(model),
  });
}
