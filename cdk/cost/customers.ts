/** What a customer sends in a month. */
export interface Customer {
  readonly name: string;
  readonly instancesPerMonth: number;
  readonly bytesPerInstance: number;
  /** How many instances a peer sends over one association. */
  readonly instancesPerAssociation: number;
  /** How many instances end in one batch, and so in one job. */
  readonly instancesPerBatch: number;
  readonly tasks: number;
}

/** A practice, a hospital and a network of hospitals. Instances are small because CT and MR are most of them. */
export const customers: readonly Customer[] = [
  {
    name: 'imaging centre',
    instancesPerMonth: 500_000,
    bytesPerInstance: 600_000,
    instancesPerAssociation: 150,
    instancesPerBatch: 200,
    tasks: 2,
  },
  {
    name: 'hospital',
    instancesPerMonth: 10_000_000,
    bytesPerInstance: 600_000,
    instancesPerAssociation: 200,
    instancesPerBatch: 800,
    tasks: 2,
  },
  {
    name: 'network of hospitals',
    instancesPerMonth: 100_000_000,
    bytesPerInstance: 600_000,
    instancesPerAssociation: 200,
    instancesPerBatch: 2_500,
    tasks: 6,
  },
];
