import type { Command } from 'commander';
import type {
  BuilderFlags,
  CreateBuilderFlags,
  InspectBuilderFlags,
  NodeFlags,
  RemoveBuilderFlags,
} from '../commands/builder.ts';
import { collectValues } from '../options.ts';
import type { ProgramContext } from './context.ts';
import { examples } from './examples.ts';

/** `xbundle builder …`: buildx's builders, with nodes that are native where machines are given for it. */
export function addBuilder(program: Command, context: ProgramContext): void {
  const builder = program
    .command('builder')
    .description('show and make builders: which machine builds which platform, natively or emulated')
    .addHelpText(
      'after',
      examples(
        'builder ls',
        'builder create farm --node amd64=desktop-linux --node arm64=ssh://graviton --use',
        'builder create farm --node amd64=tcp://a:1234 --node arm64=tcp://b:1234',
      ),
    );
  addList(builder, context);
  addInspect(builder, context);
  addCreate(builder, context);
  addAppend(builder, context);
  addUse(builder, context);
  addRemove(builder, context);
}

function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on stdout')
    .option('-q, --quiet', 'print nothing but errors and, with --json, the document')
    .option('-H, --host <url>', 'the Docker Engine to use (default: the one the docker command uses)');
}

function addNodeOptions(command: Command): Command {
  return command
    .option(
      '--node <platform=endpoint>',
      'a node for these platforms: a Docker context, ssh://…, or tcp://… of a BuildKit',
      collectValues,
    )
    .option('--node-tls <platform=dir>', "the node's ca.pem, cert.pem and key.pem, for tcp://", collectValues)
    .option('--driver <driver>', 'docker-container, remote, kubernetes, cloud … (default: by the endpoints)')
    .option('--driver-opt <key=value>', "an option of the driver, such as BuildKit's image", collectValues)
    .option('--buildkitd-config <file>', 'a configuration for BuildKit')
    .option('--no-bootstrap', 'do not start the nodes to see that they can be');
}

function addList(builder: Command, { io, finish }: ProgramContext): void {
  addOutputOptions(builder.command('ls').description('list builders and their nodes'))
    .addHelpText('after', examples('builder ls', 'builder ls --json'))
    .action(async (flags: BuilderFlags) => {
      const { runBuilderLs } = await import('../commands/builder.ts');
      finish(await runBuilderLs(flags, io));
    });
}

function addInspect(builder: Command, { io, finish }: ProgramContext): void {
  const command = builder
    .command('inspect')
    .description('show what a builder can do, and its nodes')
    .argument('[name]', 'the builder (default: the current one)')
    .option('--bootstrap', 'start its nodes first, so that they tell their platforms');
  addOutputOptions(command)
    .addHelpText('after', examples('builder inspect', 'builder inspect farm --bootstrap'))
    .action(async (name: string | undefined, flags: InspectBuilderFlags) => {
      const { runBuilderInspect } = await import('../commands/builder.ts');
      finish(await runBuilderInspect(name, flags, io));
    });
}

function addCreate(builder: Command, { io, finish }: ProgramContext): void {
  const command = builder
    .command('create')
    .description('make a builder; after a failure there is none of that name')
    .argument('<name>', 'its name')
    .argument('[endpoint]', 'where its one node is (default: the engine in use)')
    .option('--use', 'let builds go to it from now on')
    .option('--dry-run', 'print the docker commands, and run none');
  addOutputOptions(addNodeOptions(command))
    .addHelpText(
      'after',
      examples(
        'builder create farm --node amd64=desktop-linux --node arm64=ssh://graviton --use',
        'builder create farm --node amd64=tcp://a:1234 --node-tls amd64=certs/a',
        'builder create local --driver-opt image=registry:5000/moby/buildkit:v0.29.0',
        'builder create cloud --driver cloud example/default',
      ),
    )
    .action(async (name: string, endpoint: string | undefined, flags: CreateBuilderFlags) => {
      const { runBuilderCreate } = await import('../commands/builder.ts');
      finish(await runBuilderCreate({ name, endpoint }, flags, io));
    });
}

function addAppend(builder: Command, { io, finish }: ProgramContext): void {
  const command = builder
    .command('append')
    .description('give a builder further nodes; after a failure it has those it had')
    .argument('<name>', 'the builder');
  addOutputOptions(addNodeOptions(command))
    .addHelpText('after', examples('builder append farm --node riscv64=ssh://visionfive'))
    .action(async (name: string, flags: NodeFlags) => {
      const { runBuilderAppend } = await import('../commands/builder.ts');
      finish(await runBuilderAppend({ name }, flags, io));
    });
}

function addUse(builder: Command, { io, finish }: ProgramContext): void {
  addOutputOptions(
    builder.command('use').description('let builds go to a builder').argument('<name>', 'the builder'),
  )
    .addHelpText('after', examples('builder use farm'))
    .action(async (name: string, flags: BuilderFlags) => {
      const { runBuilderUse } = await import('../commands/builder.ts');
      finish(await runBuilderUse(name, flags, io));
    });
}

function addRemove(builder: Command, { io, finish }: ProgramContext): void {
  const command = builder
    .command('rm')
    .description('remove builders with all that runs for them')
    .argument('<name...>', 'the builders')
    .option('--keep-state', 'leave the build cache for a builder of the same name');
  addOutputOptions(command)
    .addHelpText('after', examples('builder rm farm'))
    .action(async (names: string[], flags: RemoveBuilderFlags) => {
      const { runBuilderRm } = await import('../commands/builder.ts');
      finish(await runBuilderRm(names, flags, io));
    });
}
