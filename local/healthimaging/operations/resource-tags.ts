import { z } from 'zod';
import type { Emulator } from '../emulator.ts';
import { json, operation } from '../http/api-request.ts';
import { resourceArn, tags } from '../http/constraints.ts';
import { findDatastore, findImageSet } from './find-resource.ts';

export const tagResource = operation(z.object({ resourceArn, tags }), async (emulator, input) => {
  await emulator.state.saveTags(input.resourceArn, { ...tagsOf(emulator, input.resourceArn), ...input.tags });
  return json({});
});

export const untagResource = operation(
  z.object({ resourceArn, tagKeys: z.array(z.string()).min(1) }),
  async (emulator, input) => {
    const left = Object.entries(tagsOf(emulator, input.resourceArn)).filter(([key]) => !input.tagKeys.includes(key));
    await emulator.state.saveTags(input.resourceArn, Object.fromEntries(left));
    return json({});
  },
);

export const listTagsForResource = operation(z.object({ resourceArn }), async (emulator, input) =>
  json({ tags: tagsOf(emulator, input.resourceArn) }),
);

/** @throws ApiError ResourceNotFoundException when the ARN names nothing */
function tagsOf(emulator: Emulator, arn: string): Readonly<Record<string, string>> {
  const [, datastoreId = '', , imageSetId] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  if (imageSetId === undefined) findDatastore(emulator, datastoreId);
  else findImageSet(emulator, datastoreId, imageSetId);
  return emulator.state.tags.get(arn) ?? {};
}
