/** The few words that the main process says itself: menu and the questions before quitting. */
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
    viewsPinned: (count: number) => (count === 1 ? 'A log view is to be kept reading' : `${count} log views are to be kept reading`),
    pinnedDetail: 'Cove can go on reading without a window: start it again to see the lines. If it quits, they are dropped.',
    dropAndQuit: 'Drop them and quit',
    closeWindow: 'Close the window only',
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
    viewsPinned: (count: number) => `有 ${count} 个日志视图设置为继续读取`,
    pinnedDetail: 'Cove 可以在没有窗口时继续读取这些日志：再次启动即可查看。如果退出，已读取的日志行会被丢弃。',
    dropAndQuit: '丢弃并退出',
    closeWindow: '只关闭窗口',
  },
} as const

export type Words = (typeof words)['en' | 'zh-CN']

export function wordsFor(language: string, systemLocale: string): Words {
  const wanted = language === 'system' ? systemLocale : language
  return wanted.toLowerCase().startsWith('zh') ? words['zh-CN'] : words.en
}
