import type { ExplainedCause } from '../en/explained.ts';

/** Why cells failed, by cause, and what helps. */
export const causes: Readonly<Record<string, ExplainedCause>> = {
  'builder-feature': {
    what: '构建器不支持此功能。',
    help: '新建一个构建器，或启用 containerd 镜像存储。',
  },
  'base-lacks-platform': {
    what: '基础镜像没有这个平台。',
    help: '换一个有该平台的基础镜像，或不构建这个平台。',
  },
  'emulation-missing': {
    what: '没有注册这个平台的模拟器。',
    help: '在“检查”中安装它，或运行下文中的命令。',
  },
  'emulator-crashed': {
    what: '多半是 QEMU 崩溃，而不是程序有错。',
    help: '在该平台的原生节点上构建，或使用交叉编译。',
  },
  'node-lost': {
    what: '构建期间与构建器节点的连接中断了。',
    help: '检查该节点，然后重试。',
  },
  'engine-unreachable': {
    what: '无法连接 Docker Engine。',
    help: '启动 Docker，或用 DOCKER_HOST 或 docker context 指定引擎。',
  },
  'no-builder': {
    what: '没有这个构建器。',
    help: '在“构建器”中选择另一个，或新建它。',
  },
  registry: {
    what: '镜像仓库繁忙或出错。',
    help: '稍后重新构建。',
  },
  network: {
    what: '网络出错。',
    help: '检查构建器和构建步骤能否访问网络，以及代理设置。',
  },
  unauthorized: {
    what: '需要登录镜像仓库。',
    help: '运行 docker login 登录该仓库，然后重试。',
  },
  'image-not-found': {
    what: '构建所需的镜像不存在，或无法拉取。',
    help: '检查名称和标签，或先构建它；若它是 SBOM 扫描器，请换用可以拉取的，或不生成 SBOM。',
  },
  'file-not-found': {
    what: '构建上下文中没有这个文件。',
    help: '检查它的路径和 .dockerignore。',
  },
  dockerfile: { what: 'Dockerfile 有错误：见下面的行。' },
  'disk-full': {
    what: '磁盘已满。',
    help: '在构建器存放缓存的磁盘上清理空间：docker buildx prune。',
  },
  'out-of-memory': {
    what: '进程被终止，多半是内存不足。',
    help: '减少同时构建的单元格。',
  },
  canceled: { what: '构建被取消。' },
  command: { what: 'Dockerfile 中的命令失败：日志的末尾说明原因。' },
  'no-result': { what: '构建结束了，但结果不在应在的地方。' },
  service: { what: '构建所需的服务没有启动。' },
  impossible: { what: '没有节点或模拟器能执行其中的步骤。' },
  unknown: { what: '原因不明：见日志的末尾。' },
};
