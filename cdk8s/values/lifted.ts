/** An object of the manifests. `pod` is the pod template, which Deployment and StatefulSet have in common. */
export type ObjectName =
  | 'serviceAccount'
  | 'config'
  | 'peers'
  | 'routes'
  | 'deployment'
  | 'statefulSet'
  | 'pod'
  | 'service'
  | 'adminService'
  | 'disruptionBudget'
  | 'horizontalPodAutoscaler'
  | 'scaledObject'
  | 'networkPolicy'
  | 'serviceMonitor'
  | 'podMonitor'
  | 'prometheusRule'
  | 'dashboards'
  | 'certificate'
  | 'selfTest';

/** How a value is put into its field. Empty ones leave the field out where it says `unless-empty`. */
export type LiftAs = 'scalar' | 'scalar-unless-empty' | 'block' | 'block-unless-empty' | 'items';

/** Where a value goes: a field of one or more objects. */
export interface Lifted {
  readonly objects: readonly ObjectName[];
  /** Keys with dots between them; members of lists by name or number: `spec.containers[scp].env`. */
  readonly path: string;
  readonly as: LiftAs;
}

/** A text, number or boolean. */
export const scalar = (objects: ObjectName | readonly ObjectName[], path: string): Lifted =>
  at(objects, path, 'scalar');
/** The same, left out when it is empty. */
export const optionalScalar = (objects: ObjectName | readonly ObjectName[], path: string): Lifted =>
  at(objects, path, 'scalar-unless-empty');
/** A map or list. */
export const block = (objects: ObjectName | readonly ObjectName[], path: string): Lifted => at(objects, path, 'block');
/** The same, left out when it is empty. */
export const optionalBlock = (objects: ObjectName | readonly ObjectName[], path: string): Lifted =>
  at(objects, path, 'block-unless-empty');
/** Members behind those that the list or map at `path` has. */
export const items = (objects: ObjectName | readonly ObjectName[], path: string): Lifted => at(objects, path, 'items');

const at = (objects: ObjectName | readonly ObjectName[], path: string, as: LiftAs): Lifted => ({
  objects: typeof objects === 'string' ? [objects] : objects,
  path,
  as,
});
