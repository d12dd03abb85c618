import { z } from 'zod';
import { deployment } from '../../core/deployment.ts';
import { optionalBlock, scalar } from './lifted.ts';
import { chosen, kubernetesList, lifted, text } from './value.ts';

export const scpContainer = `spec.containers[${deployment.name}]`;

export const imageValues = {
  image: z.strictObject({
    repository: chosen(text().min(1), deployment.name, 'Registry and name of the image that the Dockerfile builds.'),
    tag: chosen(text(), '', "Tag of the image. Empty: the chart's appVersion."),
    digest: chosen(
      text().regex(/^(sha256:[0-9a-f]{64})?$/),
      '',
      'Digest of the image, `sha256:…`. Wins over the tag: what runs is what was checked.',
    ),
    pullPolicy: lifted(
      z.enum(['Always', 'IfNotPresent', 'Never']),
      'When the image is pulled.',
      scalar('pod', `${scpContainer}.imagePullPolicy`),
    ),
  }),
  imagePullSecrets: lifted(
    kubernetesList(),
    'Existing Secrets for a private registry, as `- name: …`.',
    optionalBlock('pod', 'spec.imagePullSecrets'),
  ),
  nameOverride: chosen(text().max(63), '', "Takes the place of the chart's name in names and labels."),
  fullnameOverride: chosen(text().max(63), '', 'Takes the place of the whole name of the objects.'),
  commonLabels: chosen(z.record(z.string(), z.string()), {}, 'Labels for every object.'),
};
