import type { ExplainedRule } from '../en/explained.ts';

/** Mistakes of Dockerfiles, by rule: what it is, what it leads to, and what puts it right. */
export const rules: Readonly<Record<string, ExplainedRule>> = {
  XB001: {
    what: '自动平台变量的 ARG 带有默认值：它会盖过 BuildKit 为每个平台设置的值',
    fix: '去掉该 ARG 的默认值',
  },
  XB002: {
    what: '使用了平台变量，却没有声明它的 ARG：变量在此没有值，构建的不是目标平台',
    fix: '在这一步之前用 ARG 声明该变量',
  },
  XB003: {
    what: '最后一个阶段在构建机器上运行：镜像标为目标平台，内容却属于构建机器的平台',
    fix: '去掉 --platform，或让最后一个阶段以不带 --platform 的镜像为基础',
  },
  XB004: {
    what: '构建机器上的编译器不知道目标平台：镜像中的程序属于构建机器的架构',
    fix: '把目标平台告诉编译器：Go 设置 GOOS 和 GOARCH，Cargo 使用由 TARGETARCH 得出的 --target',
  },
  XB005: {
    what: '编译器被固定为一种架构：其他平台的镜像中的程序无法启动',
    fix: '由 ARG TARGETARCH 得出架构；名称不同时，用 case 映射',
  },
  XB006: {
    what: '下载地址固定为一种架构：每个平台得到的都是同一个文件',
    fix: '在地址中使用 TARGETARCH，并声明 ARG TARGETARCH；名称不同时，用 case 映射',
  },
  XB007: {
    what: '构建阶段向机器询问架构：得到的是构建机器的架构，而不是目标平台的架构',
    fix: '声明 ARG TARGETARCH 并使用 $TARGETARCH；名称不同时，用 case 映射',
  },
  XB008: {
    what: '从构建阶段复制了已安装的依赖：其中可能有构建机器架构的二进制文件',
    fix: '在不带 --platform 的阶段中安装依赖',
  },
  XB009: {
    what: '平台变量与它不会有的值比较：这个分支永远不会执行',
    fix: '与 BuildKit 所用的名称比较，例如 arm64 而不是 aarch64',
  },
  XB010: {
    what: '摘要指向单个平台的清单，而不是多平台索引：所有平台都会得到同一个基础镜像',
    fix: '固定为索引的摘要',
  },
  XB011: {
    what: '基础镜像没有所需的平台：构建会失败，或得到其他架构的内容',
    fix: '使用该镜像的多平台名称，或换用有全部平台的镜像',
  },
  XB012: {
    what: 'ARG 的声明与使用名称不同：所用的变量没有值',
    fix: '让声明、使用和传入的名称一致；平台变量使用 BuildKit 的名称',
  },
  XB013: {
    what: 'FROM 之前的 ARG 没有作用：它只对 FROM 行有效，阶段中要重新声明',
    fix: '在 FROM 行中使用它，在使用它的阶段中重新声明，或去掉它',
  },
  XB014: {
    what: 'COPY 和 RUN --mount 的 from 不会展开变量：构建会失败',
    fix: '用单独的一行 FROM 选择阶段，并给它一个名称',
  },
  XB015: {
    what: '路径只适用于一种架构：在其他平台上不存在，或取得同一个文件',
    fix: '在路径中使用 TARGETARCH，或使用不含架构的路径，例如 RUN 步骤中建立的链接',
  },
  XB016: {
    what: '某个目标没有执行 rustup target add：在其他架构的构建机器上会失败',
    fix: '总是添加该目标：已存在时 rustup 什么也不做',
  },
  XB017: {
    what: '按平台的分支没有覆盖其他平台：它们什么也得不到，或得到其他架构的文件',
    fix: '写明每个平台，最后以一个报错退出的分支结束',
  },
  XB018: {
    what: 'CGO_ENABLED=1 却没有交叉编译器：gcc 为构建机器编译，其他平台的构建会失败',
    fix: '设置 CGO_ENABLED=0，用 CC 指定交叉编译器，或使用 xx-go',
  },
  XB019: {
    what: 'GOARM 没有正确地由 TARGETVARIANT 设置：较旧的 arm 处理器无法运行程序，或 Go 拒绝该值',
    fix: '由 TARGETVARIANT 设置 GOARM，并去掉其中的“v”',
  },
  XB020: {
    what: '包管理器的缓存共享时没有加锁：同时构建的平台会互相干扰',
    fix: '加上 sharing=locked',
  },
  XB021: {
    what: '各平台共享编译对象的缓存：一个平台可能得到另一个平台的程序',
    fix: '让每个平台有自己的缓存，例如在 id 中使用 $TARGETARCH',
  },
  XB022: {
    what: '变量在一处设置，却在读不到它的另一处使用：它在那里没有值',
    fix: '放进同一个 RUN，使用 ENV，或在写入的文件中使用 export',
  },
  XB023: {
    what: '程序针对构建它的处理器做了优化：在较旧的处理器上会因非法指令而终止',
    fix: '去掉该选项，或指定镜像所面向的最旧的处理器',
  },
  XB024: {
    what: '该 apt 软件包只有 amd64：在其他平台上安装会失败',
    fix: '在 amd64 的分支中安装它，或换用各平台都有的软件包',
  },
  XB025: {
    what: 'apt 源固定为一种架构：在其他平台上找不到其中的软件包',
    fix: '询问架构：$(dpkg --print-architecture)，或去掉 arch=',
  },
  XB026: {
    what: '工具链在模拟下运行：在其他平台上很慢，或会失败',
    fix: '在 --platform=$BUILDPLATFORM 的阶段中运行它，并告诉它目标平台',
  },
  XB027: {
    what: '步骤写入只读的绑定挂载：它会失败，或写入的内容被丢弃',
    fix: '改用只读取锁文件的命令：go mod download 或 npm ci',
  },
  XB028: {
    what: '构建阶段从目标平台的镜像复制：其中的工具在构建机器上要经由模拟，或无法运行',
    fix: '为该工具单独添加一个带 --platform=$BUILDPLATFORM 的阶段',
  },
  XB029: {
    what: '阶段的平台是 ARG 中的常量：镜像标为目标平台，内容却固定为一种架构',
    fix: '去掉 --platform 并使用镜像的多平台名称；用于编译的阶段使用 --platform=$BUILDPLATFORM',
  },
  XB030: {
    what: 'curl 没有 --fail：会把 404 页面保存为文件，构建却照样成功',
    fix: '加上 -f',
  },
};
