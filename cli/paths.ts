/** Paths of the API. */

export function studiesPath(project: string): string {
  return `/v1/projects/${encodeURIComponent(project)}/studies`;
}

export function studyPath(project: string, study: string): string {
  return `${studiesPath(project)}/${encodeURIComponent(study)}`;
}

export function trialsPath(project: string, study: string): string {
  return `${studyPath(project, study)}/trials`;
}

export function trialPath(project: string, study: string, number: number): string {
  return `${trialsPath(project, study)}/${number}`;
}
