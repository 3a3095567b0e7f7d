# All components for all platforms: docker buildx bake, or xbundle build

variable "TAG" { default = "v0.3.8" }

# Where the images are to go, with a slash at its end: "registry.example:5000/". Empty for names without a host.
variable "REGISTRY" { default = "" }

variable "BASE" { default = "xbundle/base:latest" }

# Where the package hub answers during the build. bake starts none; xbundle serves apphub as http://apphub:8080.
variable "HUB" { default = "" }

# What each component is made after.
variable "NEEDS" {
  default = {
    backend      = ["apphub"]
    frontend     = ["apphub"]
    jupyterhub   = ["apphub", "singleuser"]
    nginx        = ["frontend", "backend"]
    saltstack    = ["apphub"]
    singleuser   = ["apphub"]
    slurm-master = ["apphub"]
  }
}

group "default" { targets = ["component"] }

target "component" {
  name = component
  matrix = {
    component = [
      "apphub",
      "slurm-master",
      "test-containers",
      "gitea",
      "nginx",
      "saltstack",
      "backend",
      "frontend",
      "jupyterhub",
      "nightingale",
      "prometheus",
      "singleuser",
    ]
  }
  context   = component
  contexts  = { for needed in lookup(NEEDS, component, []) : needed => "target:${needed}" }
  args      = { BASE = BASE, HUB = HUB }
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["${REGISTRY}ai-infra/${component}:${TAG}"]

  # For xbundle, which starts this component while others are built; the labels do not go into the image.
  labels = component != "apphub" ? {} : {
    "xbundle.serve.port"    = "8080"
    "xbundle.serve.path"    = "/packages.txt"
    "xbundle.serve.command" = jsonencode(["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/srv"])
  }
}
