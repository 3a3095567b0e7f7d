import type { Explained } from '../en/explained.ts';
import { causes } from './causes.ts';
import { rules } from './rules.ts';
import { sentences } from './sentences.ts';

export const explained: Explained = {
  checks: {
    'docker-cli error': {
      what: () => '找不到 docker 命令',
      breaks: () => '所有构建；仍可从镜像仓库导出、校验和导入镜像',
      help: '安装 Docker Desktop 或系统的 Docker CLI 软件包',
    },
    'buildx error': {
      what: () => 'docker 命令没有可用的 buildx',
      breaks: () => '所有构建',
      help: '安装 Docker Desktop 或 buildx 插件',
    },
    'engine error': {
      what: () => '无法连接 Docker Engine',
      breaks: () => '使用当前构建器的构建，以及读取或载入引擎中镜像的一切操作',
      help: '启动 Docker',
    },
    'engine warning': {
      what: () => '无法连接 Docker Engine',
      breaks: () => '读取或载入引擎中镜像的一切操作；当前构建器不需要引擎',
      help: '启动 Docker',
    },
    'image-store warning': {
      what: () => '经典镜像存储：引擎中的一个镜像只有一个平台',
      breaks: () => '无法载入多平台镜像：每个平台各有一个名称，例如 app:v1-arm64',
      help: '启用 containerd 镜像存储',
    },
    'builder error': {
      what: () => '无法使用当前的构建器',
      breaks: () => '没有指定其他构建器的所有构建',
      help: '查看有哪些构建器，然后选用其中一个',
    },
    'builder-node error': {
      what: (node) => `节点 ${node} 没有响应`,
      breaks: (node) => `由节点 ${node} 负责的平台`,
      help: '启动那台机器或它的 BuildKit，或移除该节点',
    },
    'builder-node warning': {
      what: (node) => `节点 ${node} 尚未运行`,
      breaks: () => '没有影响：下一次构建会启动它，在此之前不知道它支持哪些平台',
      help: '立即启动',
    },
    'builder-limits warning': {
      what: () => '当前构建器有些功能无法使用',
      breaks: () => '“xbundle build --export”会经过引擎，摘要因此改变；--provenance 和 --sbom 会失败',
      help: '新建一个 docker-container 构建器并使用它',
    },
    'platform error': {
      what: (platform) => `无法构建 ${platform}：没有能执行它的节点`,
      breaks: (platform) => `${platform} 的所有 RUN 步骤`,
      help: '安装模拟器，或添加该平台的节点',
    },
    'platform warning': {
      what: (platform) => `构建器启动之前，不知道能否构建 ${platform}`,
      help: '启动构建器',
    },
    'node-choice warning': {
      what: (platform) => `${platform} 由模拟执行，而另一个节点可以原生执行`,
      breaks: () => '构建速度：buildx 选用第一个能执行该平台的节点',
      help: '新建构建器，并写明每个节点负责的平台',
    },
    'binfmt error': {
      what: (platform) => `无法执行 ${platform}：内核中没有可用的模拟器`,
      breaks: (platform) =>
        `${platform} 的所有 RUN 步骤都会失败，并报告“exec format error”或“no such file or directory”`,
      help: '在引擎所在的内核中注册模拟器',
    },
    'engine-space error': {
      what: () => '引擎的磁盘空间不足',
      breaks: () => '镜像较多的构建：磁盘可能写满',
      help: '查看占用情况，清理不用的镜像和构建缓存',
    },
    'engine-space warning': {
      what: () => '引擎的磁盘空间不多了',
      breaks: () => '镜像较多的构建：磁盘可能写满',
      help: '查看占用情况，清理不用的镜像和构建缓存',
    },
    'output-space error': {
      what: (folder) => `${folder} 的磁盘空间不足`,
      breaks: () => '镜像较多的离线包：磁盘可能写满',
      help: '查看占用情况，清理不用的镜像和构建缓存',
    },
    'output-space warning': {
      what: (folder) => `${folder} 的磁盘空间不多了`,
      breaks: () => '镜像较多的离线包：磁盘可能写满',
      help: '查看占用情况，清理不用的镜像和构建缓存',
    },
    'login error': {
      what: (host) => `${host} 拒绝了登录`,
      breaks: (host) => `从 ${host} 读取镜像，或向它推送`,
      help: '登录该镜像仓库',
    },
    'login warning': {
      what: (host) => `没有 ${host} 的登录信息，或无法核实`,
      breaks: (host) => `从 ${host} 读取镜像，或向它推送`,
      help: '登录该镜像仓库',
    },
    'base-image error': {
      what: (image) => `基础镜像 ${image} 不存在，或没有所需的平台`,
      breaks: () => '以它为基础、需要该平台的组件',
      help: '换用有该平台的镜像，或去掉该平台',
    },
    'base-image warning': {
      what: (image) => `无法查明基础镜像 ${image} 是否有所需的平台`,
      breaks: () => '以它为基础的组件，如果它确实没有该平台',
    },
  },
  causes,
  reasons: {
    failed: '构建结果与要求不符。',
    blocked: '它所依赖的单元格没有构建成功。',
    cancelled: '它没有构建完：构建被停止，或与它一同构建的单元格失败了。',
    impossible: '没有节点或模拟器能执行其中的步骤。',
    missing: '没有这个平台，或内容不完整。',
    wrong: '内容与此平台不符。',
  },
  errors: {
    INTERNAL: '这是 xbundle 的缺陷：请保存日志并报告。',
    USAGE: '请按下文更正请求。',
    DIGEST_INVALID: '请检查摘要：“sha256:”之后是 64 个十六进制字符。',
    PLATFORM_INVALID: '请写成“系统/架构”，例如 linux/arm64。',
    REFERENCE_INVALID: '请检查镜像名称，例如 registry.example/app:v1。',
    DEFINITION_INVALID: '请按下文所指的位置更正定义文件。',
    INCOMPLETE: '请查看每个缺失单元格的原因，补齐后重试，或去掉相应的平台。',
    NOT_FOUND: '请检查名称、标签和路径。',
    PLATFORM_MISMATCH: '请检查镜像是如何构建的，或换用该平台的镜像。',
    DIGEST_MISMATCH: '请从来源重新获取；若再次发生，请检查磁盘、网络和代理。',
    SIZE_MISMATCH: '传输可能不完整：请从来源重新获取。',
    DOCUMENT_INVALID: '请从来源重新获取。',
    BUNDLE_INVALID: '请确认选对了文件，然后从来源重新复制。',
    ARCHIVE_INVALID: '请确认选对了文件，然后从来源重新复制。',
    READ_BACK_FAILED: '请重新运行；若再次发生，请检查目标的存储空间。',
    POLICY: '请换用允许的方式，或联系管理员。',
    UNREACHABLE: '请检查网络和代理，确认对方正在运行，然后重试。',
    UNAUTHORIZED: '请运行 docker login，然后重试。',
    REFUSED: '请按下文的原因处理，然后重试。',
    TIMEOUT: '请检查网络和负载，然后重试。',
    REMOTE_INVALID: '请检查地址，以及途中是否有改写应答的代理。',
    DISK_FULL: '请清理磁盘（docker system df 显示占用情况），然后重试。',
    FILE_SYSTEM: '请检查路径和权限。',
    LOCKED: '请等它结束，然后重试。',
    EXISTS: '请换一个名称，或允许替换。',
    LIMIT_EXCEEDED: '请拆分成较小的部分。',
    UNSUPPORTED: '请按下文换用其他方式。',
    INTERRUPTED: '请重新运行。',
  },
  problems: {
    NO_BUNDLE: '文件不是离线包，或无法读取它的索引。',
    SIZE: '文件长度与索引不符。',
    STRUCTURE: '文件头、填充或结尾与索引不符。',
    DIGEST: '内容与摘要不符。',
    DOCUMENT: '文档无法解析，或与其他文档矛盾。',
    ORDER: '索引的顺序或形式与格式不符。',
    BLOB_MISSING: '镜像所引用的 blob 不在离线包中。',
    BLOB_UNLISTED: '离线包中有不属于任何镜像的 blob。',
    CELL_MISSING: '缺少应有的单元格。',
    CELL_WRONG: '单元格的内容属于其他平台。',
  },
  rules,
  sentences,
};
