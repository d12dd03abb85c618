import { deployment } from '../../core/deployment.ts';
import { mountedFiles, volumeFolder } from '../objects/environment.ts';
import { conflicts } from '../values/conflicts.ts';
import { chosenSettings } from '../values/settings-values.ts';

const { ports } = deployment;
const tls = '.Values.tls';

/** The environment of the container: the settings that were chosen, and those that follow from other values. */
export function environmentTemplate(): string {
  const chosen = chosenSettings()
    .filter(({ name }) => name !== 'store')
    .map(({ name, env }) => `{{- include "dicom-store-scp.setting" (list "${env}" .Values.settings.${name}) }}`);
  return `{{/* The environment of the container: settings that were chosen, and those that follow from other values. */}}
{{- define "dicom-store-scp.environment" -}}
SCP_STORE: {{ .Values.settings.store | default "s3" }}
${chosen.join('\n')}
SCP_PORT: "${ports.dicom.port}"
SCP_ADMIN_PORT: "${ports.admin.port}"
SCP_DRAIN_TIMEOUT_MS: {{ mul 1000 .Values.drain.timeoutSeconds | quote }}
{{- if eq (.Values.settings.store | default "s3") "folder" }}
SCP_FOLDER: ${volumeFolder}
{{- else if .Values.spool.enabled }}
SCP_ACK: spooled
SCP_SPOOL_FOLDER: ${volumeFolder}
{{- end }}
{{- if and .Values.nlb.enabled (eq .Values.nlb.clientAddress "proxy-protocol") }}
SCP_PROXY_PROTOCOL_FROM: {{ join "," .Values.nlb.subnetCidrs | quote }}
{{- end }}
{{- if ${tls}.enabled }}
SCP_PLAIN: {{ ${tls}.plain | quote }}
SCP_TLS_PORT: "${ports.tls.port}"
SCP_TLS_KEY_FILE: ${mountedFiles.tlsKey}
SCP_TLS_CERTIFICATE_FILE: ${mountedFiles.tlsCertificate}
SCP_TLS_CLIENT_CERTIFICATE: {{ ${tls}.clientCertificate }}
{{- if ne ${tls}.clientCertificate "none" }}
SCP_TLS_CLIENT_CA_FILE: ${mountedFiles.clientCa}
{{- end }}
{{- end }}
{{- if .Values.peers }}
SCP_PEERS_FILE: ${mountedFiles.peers}
{{- end }}
{{- if .Values.routes }}
SCP_ROUTES_FILE: ${mountedFiles.routes}
{{- end }}
{{- end }}
`;
}

/** Refuses values that cannot go together, naming all of them. */
export function conflictsTemplate(): string {
  const checks = conflicts.map(
    ({ condition, problem }) => `{{- if ${condition} }}
{{- $found = append $found ${JSON.stringify(problem)} }}
{{- end }}`,
  );
  return `{{/* Refuses values that cannot go together, naming all of them at once. */}}
{{- define "dicom-store-scp.conflicts" -}}
{{- $found := list }}
${checks.join('\n')}
{{- if $found }}
{{- fail (printf "\\n\\nThe values cannot be used:\\n  %s\\n" (join "\\n  " $found)) }}
{{- end }}
{{- end }}
`;
}
