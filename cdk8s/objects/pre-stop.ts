import { deployment } from '../../core/deployment.ts';
import type { ChosenValues } from '../values/values-schema.ts';

const { balancer, drain } = deployment;

/** How long a pod that is to stop goes on as if nothing were: until whatever sends it connections knows. */
export function preStopSeconds({ drain: chosenDrain, nlb }: ChosenValues): number {
  const told = chosenDrain?.preStopSeconds ?? drain.preStopSeconds;
  return nlb?.enabled ? Math.max(told, nlb.deregistrationSeconds ?? balancer.deregistrationSeconds) : told;
}
