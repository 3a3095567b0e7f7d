#!/usr/bin/env node
// Plain old syntax up to the check: a site's Node may be too old to parse the rest.
var major = Number(process.versions.node.split('.')[0]);
var minor = Number(process.versions.node.split('.')[1]);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write('xbundle needs Node.js 20.19 or newer; this is ' + process.versions.node + '.\n');
  process.exitCode = 2;
} else {
  // @ts-ignore -- built after the types are checked
  import('../dist/main.js').then(function (module) {
    return module.main();
  });
}
