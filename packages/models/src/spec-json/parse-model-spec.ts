import {
  nearestName,
  ProtoNormError,
  type LayerKind,
  type LayerSpec,
  type ModelSpec,
} from '@protonorm/tensor';
import { checkSize } from '../initialisation/check-size.ts';
import { count, shape, text, type FieldCheck } from './field-check.ts';
import { layerFields } from './layer-fields.ts';

/** Deepest nesting of layers in layers: more is a mistake or an attack on the stack. */
const MAXIMUM_DEPTH = 8;
/** Most layers, inner ones included. */
const MAXIMUM_LAYERS = 10_000;

const specFields = { name: text, input: shape, features: count, classes: count } as const;
const kinds = Object.keys(layerFields) as LayerKind[];

/**
 * Turns a value from a recipe or a message (parsed JSON or YAML) into a model spec, checked as a whole.
 *
 * A spec is plain data, so `JSON.stringify(spec)` is the way back, and parsing what it gives yields an equal spec.
 *
 * @param json - `{ name, input, features, classes, encoder: [layers], head: [layers] }`, layers as in `LayerSpec`
 * @returns a new spec that shares nothing with `json`
 * @throws `invalid-model` with the path of the offending member: unknown or missing keys, unknown kinds of layers, values
 *   out of range, layers that do not fit each other, the features or the classes
 * @example
 * ```ts
 * import { parseModelSpec } from '@protonorm/models';
 * const spec = parseModelSpec({
 *   name: 'iris-net',
 *   input: [4],
 *   features: 8,
 *   classes: 3,
 *   encoder: [
 *     { kind: 'dense', name: 'base.fc', inputs: 4, outputs: 8 },
 *     { kind: 'activation', function: 'relu' },
 *   ],
 *   head: [{ kind: 'dense', name: 'head', inputs: 8, outputs: 3 }],
 * });
 * spec.encoder.length; // => 2
 * ```
 */
export function parseModelSpec(json: unknown): ModelSpec {
  const object = asObject(json, 'The model spec');
  checkKeys(object, [...Object.keys(specFields), 'encoder', 'head'], 'The model spec');
  const fields = readFields(object, specFields, '');
  const budget = { layers: MAXIMUM_LAYERS };
  const spec = {
    ...fields,
    encoder: parseLayers(object.encoder, { path: 'encoder', depth: 0, budget }),
    head: parseLayers(object.head, { path: 'head', depth: 0, budget }),
  } as unknown as ModelSpec;
  checkSize(spec);
  return spec;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly budget: { layers: number };
}

function parseLayers(json: unknown, { path, depth, budget }: Place): readonly LayerSpec[] {
  if (!Array.isArray(json)) throw invalid(`${path} must be a list of layers`, json);
  if (depth > MAXIMUM_DEPTH) {
    throw invalid(`${path} is nested deeper than ${MAXIMUM_DEPTH} layers`, depth);
  }
  budget.layers -= json.length;
  if (budget.layers < 0) throw invalid(`The model has more than ${MAXIMUM_LAYERS} layers`, json.length);
  return json.map((layer, i) => parseLayer(layer, { path: `${path}[${i}]`, depth, budget }));
}

function parseLayer(json: unknown, place: Place): LayerSpec {
  const object = asObject(json, place.path);
  const { kind } = object;
  if (typeof kind !== 'string' || !Object.hasOwn(layerFields, kind)) {
    const nearest = typeof kind === 'string' ? nearestName(kind, kinds) : undefined;
    const suggestion = nearest === undefined ? '' : `Did you mean '${nearest}'? `;
    throw invalid(`${place.path}.kind is not a kind of layer`, kind, {
      expected: kinds,
      hint: `${suggestion}Kinds: ${kinds.join(', ')}.`,
    });
  }
  const { required = {}, optional = {}, layers = [], branches = [] } = layerFields[kind as LayerKind];
  const keys = ['kind', ...Object.keys(required), ...Object.keys(optional), ...layers, ...branches];
  checkKeys(object, keys, `${place.path} (${kind})`);
  const layer: Record<string, unknown> = { kind, ...readFields(object, required, `${place.path}.`) };
  for (const [key, check] of Object.entries(optional)) {
    if (object[key] !== undefined)
      Object.assign(layer, readFields(object, { [key]: check }, `${place.path}.`));
  }
  const inside = { depth: place.depth + 1, budget: place.budget };
  for (const key of layers) {
    layer[key] = parseLayers(object[key], { path: `${place.path}.${key}`, ...inside });
  }
  for (const key of branches) {
    layer[key] = parseBranches(object[key], { path: `${place.path}.${key}`, ...inside });
  }
  return layer as unknown as LayerSpec;
}

function parseBranches(json: unknown, place: Place): readonly (readonly LayerSpec[])[] {
  if (!Array.isArray(json) || json.length === 0) {
    throw invalid(`${place.path} must be a list of at least one list of layers`, json);
  }
  // An empty branch is a layer's work too, so that branches alone cannot grow without end.
  place.budget.layers -= json.length;
  if (place.budget.layers < 0) throw invalid(`The model has more than ${MAXIMUM_LAYERS} layers`, json.length);
  return json.map((branch, i) => parseLayers(branch, { ...place, path: `${place.path}[${i}]` }));
}

/** Reads checked members; lists are copied. */
function readFields(
  object: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, FieldCheck>>,
  prefix: string,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(checks).map(([key, { expected, accepts }]) => {
      const value = object[key];
      if (!accepts(value)) throw invalid(`${prefix}${key} must be ${expected}`, value, { expected });
      return [key, Array.isArray(value) ? [...(value as unknown[])] : value];
    }),
  );
}

function checkKeys(object: object, known: readonly string[], where: string): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    const suggestion = nearest === undefined ? '' : `Did you mean '${nearest}'? `;
    throw invalid(`${where} has the unknown key '${key}'`, key, {
      expected: known,
      hint: `${suggestion}Keys: ${known.join(', ')}.`,
    });
  }
}

function asObject(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(`${where} must be an object`, json);
  }
  return json as Readonly<Record<string, unknown>>;
}

function invalid(
  what: string,
  received: unknown,
  details: { readonly expected?: unknown; readonly hint?: string } = {},
): ProtoNormError {
  const shown = received === undefined ? 'nothing' : shorten(JSON.stringify(received) ?? String(received));
  return new ProtoNormError('invalid-model', `${what}, received ${shown}.`, { received, ...details });
}

function shorten(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 77)}...`;
}
