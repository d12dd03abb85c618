/** The port to HealthImaging's image sets, which the answer of STOW-RS does not name. */
export interface ImageSets {
  /** The image sets of a series that are there. */
  readonly ofSeries: (datastoreId: string, seriesInstanceUid: string) => Promise<readonly ImageSet[]>;
  /** The SOP Instance UIDs of an image set. */
  readonly instancesOf: (datastoreId: string, imageSetId: string) => Promise<ReadonlySet<string>>;
}

export interface ImageSet {
  readonly imageSetId: string;
  readonly isPrimary: boolean;
}
