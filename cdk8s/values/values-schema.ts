import { z } from 'zod';
import { imageValues } from './image-values.ts';
import { placeValues } from './place-values.ts';
import { podValues } from './pod-values.ts';
import { scalingValues } from './scaling-values.ts';
import { serviceValues } from './service-values.ts';
import type { ServiceSettings } from './settings-values.ts';
import { type Chosen, chosen } from './value.ts';

const { image, imagePullSecrets, ...names } = imageValues;

/** Every value of the chart, once: its type, its documentation, and the field that it becomes or decides about. */
export const valuesSchema = z.strictObject({
  image,
  imagePullSecrets,
  settings: chosen(
    z.custom<ServiceSettings>(),
    {},
    'Settings of the service by the names of docs/configuration.md; `store` is `s3` here unless it says otherwise.',
  ),
  ...placeValues,
  ...serviceValues,
  ...podValues,
  ...scalingValues,
  ...names,
});

export type Values = z.infer<typeof valuesSchema>;
/** What a user says: as much of the values as need be. */
export type ChosenValues = Chosen<Values>;
