import { stringify } from 'yaml';
import { deployment } from '../../core/deployment.ts';
import { version } from './minimal.ts';

/** The oldest Kubernetes that the chart is for: that of the API that its objects are typed by. */
const oldestKubernetes = '1.28';

/** Chart.yaml, with what Artifact Hub shows. `changes` are of this version. */
export function chartYaml(changes: readonly { readonly kind: string; readonly description: string }[]): string {
  return stringify(
    {
      apiVersion: 'v2',
      name: deployment.name,
      description: 'Receives DICOM by C-STORE, makes every instance durable in S3, and has AWS HealthImaging import it',
      type: 'application',
      version,
      appVersion: version,
      kubeVersion: `>=${oldestKubernetes}.0-0`,
      keywords: ['dicom', 'pacs', 'healthimaging', 'medical-imaging', 'c-store', 'aws'],
      annotations: {
        'artifacthub.io/license': 'Apache-2.0',
        'artifacthub.io/category': 'integration-delivery',
        'artifacthub.io/prerelease': String(version.startsWith('0.')),
        'artifacthub.io/containsSecurityUpdates': String(changes.some(({ kind }) => kind === 'security')),
        'artifacthub.io/changes': stringify(changes),
      },
    },
    { lineWidth: 0 },
  );
}
