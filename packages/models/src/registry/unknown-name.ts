import { nearestName, ProtoNormError } from '@protonorm/tensor';
import { modelCatalogue, modelNames, type ModelEntry, type ModelName } from './model-catalogue.ts';

/** The error for a name that is no model, with all names and the nearest one; reference names lead to ours. */
export function unknownModel(name: unknown, families: readonly string[] = []): ProtoNormError {
  const known = [...modelNames, ...families];
  const byReference = new Map<string, ModelName>();
  for (const model of modelNames) {
    const { reference }: ModelEntry = modelCatalogue[model];
    if (reference !== undefined) byReference.set(reference, model);
  }
  const nearest = nearestName(String(name), [...known, ...byReference.keys()]);
  const suggestion = nearest === undefined ? undefined : (byReference.get(nearest) ?? nearest);
  const [what, lists] =
    families.length === 0
      ? ['model', `Models: ${modelNames.join(', ')}.`]
      : ['model or family', `Families: ${families.join(', ')}. Models: ${modelNames.join(', ')}.`];
  return new ProtoNormError(
    'unknown-model',
    `No ${what} is called ${JSON.stringify(name) ?? String(name)}.`,
    {
      received: name,
      expected: known,
      hint: suggestion === undefined ? lists : `Did you mean '${suggestion}'? ${lists}`,
    },
  );
}
