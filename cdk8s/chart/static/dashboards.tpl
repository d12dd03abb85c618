{{- if .Values.dashboards.enabled }}
{{- range $path, $_ := .Files.Glob "files/dashboards/*.json" }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ printf "%s-%s" (include "dicom-store-scp.fullname" $) (base $path | trimSuffix ".json") | trunc 63 | trimSuffix "-" }}
  labels:
    {{- include "dicom-store-scp.labels" $ | nindent 4 }}
    {{- with $.Values.dashboards.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $.Values.dashboards.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
data:
  {{ base $path }}: {{ $.Files.Get $path | quote }}
{{- end }}
{{- end }}
