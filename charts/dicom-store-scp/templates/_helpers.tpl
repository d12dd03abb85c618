{{- define "dicom-store-scp.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Name of the objects: the release's, and the chart's behind it unless it is there already. */}}
{{- define "dicom-store-scp.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "dicom-store-scp.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What pods are found by. Selectors are immutable: this never changes. */}}
{{- define "dicom-store-scp.selectorLabels" -}}
app.kubernetes.io/name: {{ include "dicom-store-scp.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "dicom-store-scp.labels" -}}
helm.sh/chart: {{ include "dicom-store-scp.chart" . }}
{{ include "dicom-store-scp.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: dicom-store-scp
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "dicom-store-scp.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "dicom-store-scp.serviceAccountName" -}}
{{- with .Values.serviceAccount }}
{{- .name | default (ternary (include "dicom-store-scp.fullname" $) "default" .create) }}
{{- end }}
{{- end }}

{{- define "dicom-store-scp.tlsSecretName" -}}
{{- .Values.tls.secretName | default (printf "%s-tls" (include "dicom-store-scp.fullname" .)) }}
{{- end }}

{{/* A setting as text: lists with commas, whole numbers in digits. Takes its variable and its value. */}}
{{- define "dicom-store-scp.setting" -}}
{{- $value := index . 1 }}
{{- if not (kindIs "invalid" $value) }}
{{- if kindIs "slice" $value }}
{{- $value = join "," $value }}
{{- else if kindIs "float64" $value }}
{{- $value = int64 $value }}
{{- end }}
{{ index . 0 }}: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* Constraints without a selector are given that of this release's pods. */}}
{{- define "dicom-store-scp.topologySpread" -}}
{{- range .Values.topologySpreadConstraints }}
{{- $selector := dict "matchLabels" (include "dicom-store-scp.selectorLabels" $ | fromYaml) }}
- {{ merge (deepCopy .) (dict "labelSelector" $selector) | toYaml | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/* NetworkPolicy peers for a list of networks. */}}
{{- define "dicom-store-scp.blocks" -}}
{{- range . }}
- ipBlock:
    cidr: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "dicom-store-scp.balancerBlocks" -}}
{{- if .Values.nlb.enabled }}
{{- include "dicom-store-scp.blocks" .Values.nlb.subnetCidrs }}
{{- end }}
{{- end }}

{{- define "dicom-store-scp.awsBlocks" -}}
{{- include "dicom-store-scp.blocks" .Values.networkPolicy.awsCidrs }}
{{- end }}

{{/* Who may connect: the pod of the test, peers, and the load balancer. */}}
{{- define "dicom-store-scp.dicomFrom" -}}
- podSelector:
    matchLabels:
      app.kubernetes.io/name: {{ include "dicom-store-scp.name" . }}-selftest
      app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- include "dicom-store-scp.blocks" (.Values.networkPolicy.dicomFrom | default .Values.service.loadBalancerSourceRanges | default (list "0.0.0.0/0" "::/0")) }}
{{- include "dicom-store-scp.balancerBlocks" . }}
{{- end }}
