import { z } from 'zod';
import { flag, meta } from './setting-types.ts';

/** The settings of the status page on the admin port. */
export const statusSettings = {
  statusPage: flag
    .default(false)
    .meta(
      meta('SCP_STATUS_PAGE', 'Serve the status page on the admin port, under /status. It shows AE titles and UIDs.'),
    ),
  adminTokenFile: z
    .string()
    .min(1)
    .optional()
    .meta(
      meta(
        'SCP_ADMIN_TOKEN_FILE',
        'File of the token that operators give to replay a batch or approve a peer from the status page. Not set: the page changes nothing.',
      ),
    ),
  statusStateMachine: z
    .string()
    .regex(/^arn:[^:]+:states:[^:]+:\d{12}:stateMachine:[A-Za-z0-9_-]+$/, 'the ARN of a state machine is needed')
    .optional()
    .meta(meta('SCP_STATUS_STATE_MACHINE', 'ARN of the state machine that replays batches from the status page.')),
  statusThumbnails: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.[\]:-]+$/, 'an origin is needed, such as http://localhost:8090')
    .optional()
    .meta(
      meta(
        'SCP_STATUS_THUMBNAILS',
        'Origin of a server of thumbnails that the status page shows, as the local edition has one. Never where there are images of patients.',
      ),
    ),
};
