import type { ImageSetRecord } from '../state/records.ts';

/** The instances of an image set at one version: instance ids by SOP Instance UID, the one imported last at the end. */
export function instancesAt(imageSet: ImageSetRecord, versionId: number): ReadonlyMap<string, string> {
  const instances = new Map<string, string>();
  for (const version of imageSet.versions) {
    if (version.versionId > versionId) break;
    for (const [sopInstanceUid, instanceId] of Object.entries(version.instances)) {
      instances.delete(sopInstanceUid);
      instances.set(sopInstanceUid, instanceId);
    }
  }
  return instances;
}

export function latestVersionId(imageSet: ImageSetRecord): number {
  return imageSet.versions.length;
}
