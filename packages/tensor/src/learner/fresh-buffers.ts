import type { ModelPlan } from '../model/model-plan.ts';

/** The part 'buffers' of a model that has seen no data: running means 0 and variances 1. */
export function freshBuffers(plan: ModelPlan): Float32Array {
  const buffers = new Float32Array(plan.size.buffers);
  for (const { role, offset, size } of plan.buffers) {
    if (role === 'running_var') buffers.fill(1, offset, offset + size);
  }
  return buffers;
}
