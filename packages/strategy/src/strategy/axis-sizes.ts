import { planModel, type ModelPlan } from '@protonorm/tensor';
import type { HyperSchema, HyperValues } from '../hyper/hyperparameter.ts';
import type { AxisSizes } from '../schema/check-message.ts';
import type { AnyStrategy, FederationInfo } from './strategy.ts';

/**
 * The sizes of all named axes of a strategy's messages: the same at server and clients.
 *
 * Always `d` features and `C` classes; `P` all parameters, `E` of the encoder and `H` of the head of one's own model (at a
 * client) or of the common one (at the server); `H` also when only the head is common; and the strategy's own.
 *
 * @param strategy - whose messages they are
 * @param options - `plan`: the model of a client; left out at the server
 */
export function axisSizes(
  strategy: Pick<AnyStrategy, 'axes'>,
  options: {
    readonly federation: FederationInfo;
    readonly hyper: HyperValues<HyperSchema>;
    readonly plan?: ModelPlan;
  },
): AxisSizes {
  const { federation, hyper } = options;
  const { commonModel, commonHead, features, classes } = federation;
  const plan = options.plan ?? (commonModel && planModel(commonModel.spec));
  return {
    d: features,
    C: classes,
    ...(commonHead && { H: commonHead.parameters.length }),
    ...(plan && { P: plan.size.all, E: plan.size.encoder, H: plan.size.head }),
    ...strategy.axes?.({ federation, hyper }),
  };
}
