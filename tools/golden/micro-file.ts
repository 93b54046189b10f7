import { ProtoNormError, type ModelSpec } from '@protonorm/tensor';

/** A class table of a golden file: class to vector. */
export type GoldenTable = Readonly<Record<string, readonly number[]>>;

/** Arrays of a model by PyTorch's names, flat. */
export type GoldenWeights = Readonly<Record<string, readonly number[]>>;

/** One round of a case; the last one holds the evaluation alone. */
interface MicroRound {
  readonly round: number;
  readonly correct_before?: readonly number[];
  readonly losses?: readonly { readonly ce: readonly number[]; readonly mse: readonly number[] }[];
  readonly local_protos?: readonly GoldenTable[];
  readonly aggregated?: GoldenTable;
  readonly global_protos?: GoldenTable;
}

/** Arguments of the released code, as far as a file gives them. */
export interface MicroArgs {
  readonly feature_dim?: number;
  readonly num_classes?: number;
  readonly batch_size?: number;
  readonly lr?: number;
  readonly lamda?: number;
  /** Scale of the targets. */
  readonly csf?: number;
  readonly local_epochs?: number;
  /** Alignment parameters, or whether there is alignment at all. */
  readonly pa?:
    | boolean
    | {
        readonly iters?: number;
        readonly lr?: number;
        readonly momentum?: number;
        readonly early_stop?: number;
      };
  /** Upscaling: whether targets are scaled by csf. */
  readonly pu?: boolean;
}

/** One algorithm replayed over the rounds. */
export interface MicroCase {
  readonly name: string;
  readonly algorithm: string;
  readonly args?: MicroArgs;
  readonly quirks?: readonly string[];
  readonly prototype_source?: string;
  readonly rounds: readonly MicroRound[];
  /** First weights of each client, or 'as NAME' of another case. */
  readonly init: readonly GoldenWeights[] | string;
  readonly final?: readonly GoldenWeights[] | string;
}

/** A micro federation recorded from the released Python code. */
export interface MicroFile {
  readonly about?: string;
  readonly args: MicroArgs;
  readonly inputs: readonly {
    readonly train_x_int: readonly (readonly number[])[];
    readonly train_y: readonly number[];
    readonly test_x_int: readonly (readonly number[])[];
    readonly test_y: readonly number[];
  }[];
  readonly cases: readonly MicroCase[];
}

/** Whether a JSON value looks like a micro federation. */
export function isMicroFile(value: unknown): value is MicroFile {
  const file = value as Partial<MicroFile> | null;
  return (
    typeof file === 'object' &&
    file !== null &&
    Array.isArray(file.cases) &&
    Array.isArray(file.inputs) &&
    typeof file.args === 'object'
  );
}

/**
 * The model behind the parameter names of a case: dense layers without activation, `base.*` in order, then `head`.
 *
 * @throws `invalid-golden` when the sizes do not chain
 */
export function modelOfCase(init: Readonly<Record<string, readonly number[]>>, inputs: number): ModelSpec {
  const layers = Object.keys(init)
    .filter((key) => key.endsWith('.weight'))
    .map((key) => {
      const name = key.slice(0, -'.weight'.length);
      const bias = init[`${name}.bias`];
      if (bias === undefined)
        throw new ProtoNormError('invalid-golden', `The layer '${name}' has no bias.`, {
          received: Object.keys(init),
        });
      return { name, outputs: bias.length, inputs: init[key].length / bias.length };
    });
  let width = inputs;
  for (const layer of layers) {
    if (layer.inputs !== width) {
      throw new ProtoNormError(
        'invalid-golden',
        `The layer '${layer.name}' takes ${layer.inputs} numbers, but gets ${width}.`,
        { received: layer },
      );
    }
    width = layer.outputs;
  }
  if (layers.length < 2)
    throw new ProtoNormError('invalid-golden', 'A model needs an encoder and a head.', {
      received: Object.keys(init),
    });
  const dense = layers.map((layer) => ({ kind: 'dense' as const, ...layer }));
  return {
    name: 'micro',
    input: [inputs],
    features: dense.at(-2)!.outputs,
    classes: width,
    encoder: dense.slice(0, -1),
    head: dense.slice(-1),
  };
}

/**
 * Weights of a case, where it refers to another one those of that.
 *
 * @throws `invalid-golden` when the reference leads nowhere
 */
export function weightsOfCase(
  file: MicroFile,
  golden: MicroCase,
  key: 'init' | 'final',
): readonly GoldenWeights[] {
  const seen = new Set<string>();
  let at: MicroCase | undefined = golden;
  while (at !== undefined && !seen.has(at.name)) {
    const weights: MicroCase['final'] = at[key];
    if (typeof weights !== 'string') {
      if (Array.isArray(weights) || weights === undefined) return weights ?? [];
      break;
    }
    seen.add(at.name);
    const name: string = weights.replace(/^as\s+/, '');
    at = file.cases.find((other) => other.name === name);
  }
  throw new ProtoNormError('invalid-golden', `The case '${golden.name}' has no '${key}'.`, {
    received: golden[key],
  });
}
