/** What jobs and plans note, by code; `{name}` stands for a value, as in the English sentence. */
export const sentences: Readonly<Record<string, string>> = {
  'platform-left-out': '不为 {platform} 构建：定义文件为这些组件指定了其他平台：{components}',
  'kept-in-engine':
    '构建器 {builder} 使用经典镜像存储，没有 OCI 导出器，也没有镜像索引：每个结果以各自的架构标签（例如 {tag}）保存在引擎中',
  'cache-not-written': '不为 {components} 写入缓存：构建器不支持',
  'caches-apart': '{components} 的缓存按平台分别写入，各有自己的名称',
  'index-annotations-left-out': '不包含 {components} 的索引注解：各平台是单独构建的',

  'attestation-absent': '{platform} 的证明 {digest} 列在索引中，但并不存在，因此不包含它',
  'platforms-absent': '{image}：{source} 中没有 {platforms}，尽管镜像的索引列有它',
  'artifact-absent': '索引 {index} 列有 {digest}，它不是镜像，在此也无法读取，因此生成一个不含它的新索引',
  'arch-tag': '{tag} 是 {image} 的架构标签，不是单独的镜像',
  'not-saved': '引擎无法完整保存一个镜像，因此不从引擎读取它：{reason}',
  'arch-warning': '{image}（{platform}）中的文件需要留意：{finding}',
  'target-without-tags': '{file}：目标 {target} 没有 tags，因此没有镜像名称',
  'helper-absent': 'Docker 的配置为 {server} 指定了 {command}，但没有安装它：不用它继续',

  'from-engine': '从引擎读取：{images}',
  'from-engine-and-more': '从引擎读取：{images}，以及另外 {more} 个镜像',
  'engine-lacks': '从镜像仓库读取，因为引擎中没有 {platforms}：{images}',
  'engine-lacks-and-more': '从镜像仓库读取，因为引擎中没有 {platforms}：{images}，以及另外 {more} 个镜像',
  'engine-in-part': '从镜像仓库读取，因为引擎中的不完整：{images}',
  'engine-in-part-and-more': '从镜像仓库读取，因为引擎中的不完整：{images}，以及另外 {more} 个镜像',
  'from-registry': '从镜像仓库读取：{images}',
  'from-registry-and-more': '从镜像仓库读取：{images}，以及另外 {more} 个镜像',
  'engine-unreachable': '从镜像仓库读取，因为没有 Docker Engine 响应',
  'engine-refuses': '从镜像仓库读取，因为 Docker Engine 拒绝访问',
  'context-absent': '从镜像仓库读取，因为没有这个 Docker 上下文（context）',

  'runs-in-backend': '它在扩展的后端中运行：{reason}',
  'all-run-in-backend': '任务在扩展的后端中运行，而后端看不到此机器的文件夹：{reason}',
  'found-again': '此构建在本页中运行时您离开了本页，构建因此停止。它的结果读自构建器的历史记录。',

  retry: '正在重试 {what}：{reason}',
  'service-starting': '{name}：正在启动',
  'service-ready': '{name}：已就绪',
  'service-removed': '{name}：已移除',
};
