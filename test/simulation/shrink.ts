import type { Plan } from './plan.ts';

/** Leaves out of a failing plan, part by part, whatever it fails without as well. */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let smallest = plan;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of smallerThan(smallest)) {
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan(plan: Plan): Generator<Plan> {
  for (const index of plan.associations.keys()) {
    yield { ...plan, associations: plan.associations.toSpliced(index, 1) };
  }
  for (const index of plan.disturbances.keys()) {
    yield { ...plan, disturbances: plan.disturbances.toSpliced(index, 1) };
  }
  for (const [index, association] of plan.associations.entries()) {
    if (association.instances.length < 2) continue;
    for (const one of association.instances.keys()) {
      const fewer = { ...association, instances: association.instances.toSpliced(one, 1) };
      yield { ...plan, associations: plan.associations.with(index, fewer) };
    }
  }
  if (plan.faultRate > 0) yield { ...plan, faultRate: 0 };
}
