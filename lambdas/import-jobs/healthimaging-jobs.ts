import {
  GetDICOMImportJobCommand,
  type MedicalImagingClient,
  ResourceNotFoundException,
  StartDICOMImportJobCommand,
} from '@aws-sdk/client-medical-imaging';
import { importFault } from './import-fault.ts';
import type { ImportJobs } from './import-jobs.ts';

/**
 * Import jobs in AWS HealthImaging.
 * @param client one that makes a single attempt: the state machine spaces out the attempts of all batches together
 */
export function healthImagingJobs(client: MedicalImagingClient): ImportJobs {
  return {
    start: async ({ name, ...request }) => {
      const command = new StartDICOMImportJobCommand({ ...request, jobName: name, clientToken: name });
      const { jobId, jobStatus } = await client.send(command).catch((error) => {
        throw importFault(error);
      });
      return { jobId: String(jobId), jobStatus: String(jobStatus) };
    },

    find: async (datastoreId, jobId) => {
      try {
        const { jobProperties } = await client.send(new GetDICOMImportJobCommand({ datastoreId, jobId }));
        const { jobStatus, message } = jobProperties ?? {};
        return { jobId, jobStatus: String(jobStatus), ...(message === undefined ? {} : { message }) };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw importFault(error);
      }
    },
  };
}
