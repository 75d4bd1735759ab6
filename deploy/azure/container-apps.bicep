// Gatehouse on Azure Container Apps, with servers that only the gateway reaches. docs/operators/azure.md says what to type.
// Deploy twice: first with apps = false; then put the images into the registry and the secrets into the vault, and deploy with apps = true.

targetScope = 'resourceGroup'

import { rule } from 'modules/network.bicep'
import { secret, withHosts } from 'modules/gateway.bicep'

type server = {
  @description('Name of the server, as in the configuration of the gateway.')
  @minLength(2)
  @maxLength(20)
  name: string
  @description('Repository of its image in the registry.')
  repository: string
  @description('Digest of its image, as sha256:...')
  @minLength(71)
  @maxLength(71)
  digest: string
  @description('Port that its container listens on.')
  @minValue(1)
  @maxValue(65535)
  port: int
  @description('Addresses or service tags that it may call, on port 443.')
  calls: string[]
  @description('Variables of its process. No secrets: readers of the resource group and of its deployments see them.')
  environment: { *: string }?
}

@description('Region of all resources.')
param location string = resourceGroup().location

@description('Beginning of all names: lower-case letters and digits. The names of vault, registry and storage account are global.')
@minLength(3)
@maxLength(12)
param name string

@description('False creates what the apps need, and no app.')
param apps bool

@description('Host of publicUrl in the configuration. It is a name of the virtual network then.')
param publicHost string

@description('Address space of the virtual network.')
param addressSpace string = '10.40.0.0/22'

@description('Addresses that may call the gateway, such as the subnet of API Management.')
@minLength(1)
param clients string[]

@description('Addresses of the machines that put images into the registry and secrets into the vault.')
param operators string[]

@description('Addresses or service tags that the gateway may call on port 443, in addition to its servers: identity providers and remote servers.')
param gatewayCalls string[] = ['Internet']

@description('Repository of the gateway in the registry.')
param gatewayRepository string = 'gatehouse'

@description('Digest of the gateway\'s image, as sha256:...')
@minLength(71)
@maxLength(71)
param gatewayDigest string

@description('Configuration of the gateway. It has no secrets, only references to them.')
param configuration string

@description('Secret of Key Vault with the certificate of the listener and its key, as PEM.')
param certificateName string = 'gatehouse-listener'

@description('Secrets of Key Vault that the configuration names as env:NAME.')
param secrets secret[] = []

@description('Servers. Each one costs an environment and a subnet of its own.')
@maxLength(20)
param servers server[]

@description('Redundancy of the state: in three zones, or in one.')
@allowed(['Premium_LRS', 'Premium_ZRS'])
param stateRedundancy string = 'Premium_ZRS'

@description('Size of the state in GiB. The audit log is most of it.')
@minValue(100)
param stateGibibytes int = 100

@description('Days for which Log Analytics keeps the logs of the platform.')
param logDays int = 90

var port = 8443
var gatewayEnvironmentName = '${name}-gateway'
var gatewayPrefix = cidrSubnet(addressSpace, 27, 0)
var gatewayPrivatePrefix = cidrSubnet(addressSpace, 27, 1)
var registryPrefix = cidrSubnet(addressSpace, 27, 2)
var serverPrefixes = [for i in range(0, length(servers)): cidrSubnet(addressSpace, 27, 3 + i)]

// A tag of an image can be moved to another image; a digest cannot.
func byDigest(registry string, repository string, digest string) string =>
  startsWith(digest, 'sha256:') ? '${registry}/${repository}@${digest}' : fail('the digest of ${repository} does not begin with sha256:')

// Rules that an environment needs of its subnet.
func platformInbound(prefix string) rule[] => [
  { name: 'probes', from: 'AzureLoadBalancer', to: prefix, protocol: 'Tcp', ports: ['30000-32767'] }
  { name: 'itself', from: prefix, to: prefix, protocol: '*', ports: ['*'] }
]

func platformOutbound(prefix string, registryPrefix string) rule[] => [
  { name: 'itself', from: prefix, to: prefix, protocol: '*', ports: ['*'] }
  { name: 'registry', from: prefix, to: registryPrefix, protocol: 'Tcp', ports: ['443'] }
  { name: 'platform-images', from: prefix, to: 'MicrosoftContainerRegistry', protocol: 'Tcp', ports: ['443'] }
  { name: 'platform-image-layers', from: prefix, to: 'AzureFrontDoor.FirstParty', protocol: 'Tcp', ports: ['443'] }
  { name: 'identities', from: prefix, to: 'AzureActiveDirectory', protocol: 'Tcp', ports: ['443'] }
  { name: 'logs', from: prefix, to: 'AzureMonitor', protocol: 'Tcp', ports: ['443'] }
  { name: 'names', from: prefix, to: '168.63.129.16', protocol: '*', ports: ['53'] }
]

// A server that is not in `servers` keeps an address that no one has, and the gateway would start without it.
var leftOver = contains(withHosts(configuration, map(servers, one => { name: one.name, host: one.name })), '.server.invalid')
var checkedConfiguration = leftOver
  ? fail('the configuration has a .server.invalid whose NAME is not in servers: add the server, or remove the text, also from comments')
  : configuration

var serverSubnets = [for (one, i) in servers: {
  name: 'server-${one.name}'
  prefix: serverPrefixes[i]
  delegation: 'Microsoft.App/environments'
  // 31443 is the port of the ingress behind the load balancer of the environment.
  inbound: concat(
    [{ name: 'gateway', from: gatewayPrefix, to: serverPrefixes[i], protocol: 'Tcp', ports: ['443', '31443'] }],
    platformInbound(serverPrefixes[i]))
  outbound: concat(
    platformOutbound(serverPrefixes[i], registryPrefix),
    map(one.calls, (to, n) => { name: 'calls-${n}', from: serverPrefixes[i], to: to, protocol: 'Tcp', ports: ['443'] }))
}]

module network 'modules/network.bicep' = {
  name: 'network'
  params: {
    location: location
    name: '${name}-network'
    addressSpace: addressSpace
    subnets: concat(
      [
        {
          name: 'gateway'
          prefix: gatewayPrefix
          delegation: 'Microsoft.App/environments'
          inbound: concat(
            map(clients, (from, n) => {
              name: 'client-${n}', from: from, to: gatewayPrefix, protocol: 'Tcp', ports: [string(port), '30000-32767']
            }),
            platformInbound(gatewayPrefix))
          outbound: concat(
            platformOutbound(gatewayPrefix, registryPrefix),
            [{ name: 'secrets-and-state', from: gatewayPrefix, to: gatewayPrivatePrefix, protocol: 'Tcp', ports: ['443', '2049'] }],
            map(serverPrefixes, (to, n) => { name: 'server-${n}', from: gatewayPrefix, to: to, protocol: 'Tcp', ports: ['443'] }),
            map(gatewayCalls, (to, n) => { name: 'calls-${n}', from: gatewayPrefix, to: to, protocol: 'Tcp', ports: ['443'] }))
        }
        {
          name: 'gateway-private'
          prefix: gatewayPrivatePrefix
          inbound: concat(
            [{ name: 'gateway', from: gatewayPrefix, to: gatewayPrivatePrefix, protocol: 'Tcp', ports: ['443', '2049'] }],
            map(operators, (from, n) => { name: 'operator-${n}', from: from, to: gatewayPrivatePrefix, protocol: 'Tcp', ports: ['443'] }))
          outbound: []
        }
        {
          name: 'registry'
          prefix: registryPrefix
          inbound: concat(
            map(concat([gatewayPrefix], serverPrefixes), (from, n) => {
              name: 'puller-${n}', from: from, to: registryPrefix, protocol: 'Tcp', ports: ['443']
            }),
            map(operators, (from, n) => { name: 'operator-${n}', from: from, to: registryPrefix, protocol: 'Tcp', ports: ['443'] }))
          outbound: []
        }
      ],
      serverSubnets)
  }
}

module logs 'modules/logs.bicep' = {
  name: 'logs'
  params: { location: location, name: '${name}-logs', days: logDays, publicIngestion: 'Disabled' }
}

resource gatewayIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-gateway'
  location: location
}

// Threat: a server that is taken over must not read the gateway's secrets, so servers do not share its identity.
resource serverIdentities 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = [for one in servers: {
  name: '${name}-server-${one.name}'
  location: location
}]

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    location: location
    name: '${name}vault'
    subnetId: network.outputs.subnetIds[1]
    networkId: network.outputs.id
    workspaceId: logs.outputs.id
    readerId: gatewayIdentity.id
    readerPrincipalId: gatewayIdentity.properties.principalId
  }
}

module registry 'modules/registry.bicep' = {
  name: 'registry'
  params: {
    location: location
    name: '${name}registry'
    subnetId: network.outputs.subnetIds[2]
    networkId: network.outputs.id
    workspaceId: logs.outputs.id
    pullers: [for i in range(0, length(servers) + 1): {
      name: i == 0 ? 'gateway' : 'server-${servers[max(i - 1, 0)].name}'
      principalId: i == 0 ? gatewayIdentity.properties.principalId : serverIdentities[max(i - 1, 0)].properties.principalId
    }]
  }
}

module state 'modules/state-share.bicep' = {
  name: 'state'
  params: {
    location: location
    name: '${name}state'
    redundancy: stateRedundancy
    gibibytes: stateGibibytes
    subnetId: network.outputs.subnetIds[1]
    networkId: network.outputs.id
    workspaceId: logs.outputs.id
  }
}

module gatewayEnvironment 'modules/environment.bicep' = {
  name: 'gateway-environment'
  params: {
    location: location
    name: gatewayEnvironmentName
    subnetId: network.outputs.subnetIds[0]
    networkId: network.outputs.id
    workspaceId: logs.outputs.id
  }
}

module publicName 'modules/private-names.bicep' = {
  name: 'public-name'
  params: { zoneName: publicHost, record: '@', address: gatewayEnvironment.outputs.address, networkId: network.outputs.id }
}

module serverEnvironments 'modules/environment.bicep' = [for (one, i) in servers: {
  name: 'environment-${one.name}'
  params: {
    location: location
    name: '${name}-server-${one.name}'
    subnetId: network.outputs.subnetIds[3 + i]
    networkId: network.outputs.id
    workspaceId: logs.outputs.id
  }
}]

module serverApps 'modules/server.bicep' = [for (one, i) in servers: if (apps) {
  name: 'server-${one.name}'
  params: {
    location: location
    name: one.name
    environmentId: serverEnvironments[i].outputs.id
    image: byDigest(registry.outputs.server, one.repository, one.digest)
    port: one.port
    environment: one.?environment ?? {}
    registryServer: registry.outputs.server
    identityId: serverIdentities[i].id
    gatewayPrefix: gatewayPrefix
  }
}]

module gateway 'modules/gateway.bicep' = if (apps) {
  name: 'gateway'
  params: {
    location: location
    name: 'gatehouse'
    environmentId: gatewayEnvironment.outputs.id
    environmentName: gatewayEnvironmentName
    image: byDigest(registry.outputs.server, gatewayRepository, gatewayDigest)
    registryServer: registry.outputs.server
    identityId: gatewayIdentity.id
    vaultUri: vault.outputs.uri
    certificateName: certificateName
    secrets: secrets
    configuration: checkedConfiguration
    upstreams: [for (one, i) in servers: { name: one.name, host: serverApps[i]!.outputs.host }]
    shareServer: state.outputs.server
    share: state.outputs.share
    port: port
  }
}

@description('Address of the gateway in the virtual network. Clients reach it as publicHost, on port 8443.')
output gatewayAddress string = gatewayEnvironment.outputs.address
output registryServer string = registry.outputs.server
output vaultUri string = vault.outputs.uri
