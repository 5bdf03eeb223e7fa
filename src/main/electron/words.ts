/** The few words that the main process says itself: menu and the question before quitting. */
export const words = {
  en: {
    go: 'Go',
    clusters: 'Clusters',
    logs: 'Logs',
    contexts: 'Contexts',
    machine: 'This machine',
    activity: 'Activity',
    settings: 'Settings…',
    help: 'Help',
    kubernetesHelp: 'Kubernetes documentation',
    jobsRun: (count: number) => (count === 1 ? 'A job is still running' : `${count} jobs are still running`),
    jobsDetail: (subjects: string) => `${subjects}\n\nIf Cove quits now, it cancels them first and removes what they made.`,
    cancelAndQuit: 'Cancel jobs and quit',
    goBack: 'Go back',
  },
  'zh-CN': {
    go: '前往',
    clusters: '集群',
    logs: '日志',
    contexts: '上下文',
    machine: '本机',
    activity: '活动',
    settings: '设置…',
    help: '帮助',
    kubernetesHelp: 'Kubernetes 文档',
    jobsRun: (count: number) => `还有 ${count} 个任务正在运行`,
    jobsDetail: (subjects: string) => `${subjects}\n\n如果现在退出，Cove 会先取消这些任务，并清除它们创建的内容。`,
    cancelAndQuit: '取消任务并退出',
    goBack: '返回',
  },
} as const

export type Words = (typeof words)['en' | 'zh-CN']

export function wordsFor(language: string, systemLocale: string): Words {
  const wanted = language === 'system' ? systemLocale : language
  return wanted.toLowerCase().startsWith('zh') ? words['zh-CN'] : words.en
}
