# All components for all platforms: docker buildx bake

variable "TAG" { default = "v0.3.8" }

# Where the images are to go, with a slash at its end: "registry.example:5000/". Empty for names without a host.
variable "REGISTRY" { default = "" }

variable "BASE" { default = "xbundle/base:latest" }

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
  args      = { BASE = BASE }
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["${REGISTRY}ai-infra/${component}:${TAG}"]
}
