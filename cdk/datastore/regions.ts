import { Token } from 'aws-cdk-lib';

/** Regions that offer AWS HealthImaging (AWS General Reference, "AWS HealthImaging endpoints and quotas", 2026-11). */
export const healthImagingRegions = ['ap-southeast-2', 'eu-west-1', 'eu-west-2', 'us-east-1', 'us-west-2'] as const;

/**
 * Refuses a region that HealthImaging is not known to be offered in. A region that is decided at deployment passes.
 * @throws Error that names the regions and the way out
 */
export function requireHealthImaging(region: string): void {
  if (Token.isUnresolved(region) || healthImagingRegions.some((offered) => offered === region)) return;
  throw new Error(
    `AWS HealthImaging is not known to be offered in ${region}: deploy to one of ${healthImagingRegions.join(', ')}, ` +
      'or set allowUnlistedRegion if AWS has added the region since.',
  );
}
