// A private AKS cluster for the Helm chart in deploy/helm/gatehouse, with Key Vault, registry and logs. docs/operators/azure.md says what to type.

targetScope = 'resourceGroup'

@description('Region of all resources.')
param location string = resourceGroup().location

@description('Beginning of all names: lower-case letters and digits. The names of vault and registry are global.')
@minLength(3)
@maxLength(12)
param name string

@description('Address space of the virtual network.')
param addressSpace string = '10.50.0.0/20'

@description('Addresses of the pods, outside of the virtual network.')
param podPrefix string = '10.244.0.0/16'

@description('Addresses that may call the gateway, such as the subnet of API Management.')
@minLength(1)
param clients string[]

@description('Addresses of the machines that administrate the cluster, and put images into the registry and secrets into the vault.')
param operators string[]

@description('Group of Entra ID whose members administrate the cluster.')
param administrators string

@description('Namespace that the chart is installed in, and that aks/secrets.yaml is in.')
param namespace string = 'gatehouse'

@description('Service account of the pod in aks/secrets.yaml, which reads the secrets.')
param serviceAccount string = 'gatehouse-secrets'

@description('Size of the machines.')
param machineSize string = 'Standard_D4ads_v5'

@description('Days for which Log Analytics keeps the logs.')
param logDays int = 90

var nodesPrefix = cidrSubnet(addressSpace, 24, 0)
var vaultPrefix = cidrSubnet(addressSpace, 27, 8)
var registryPrefix = cidrSubnet(addressSpace, 27, 9)
// The load balancer's own, so that clients do not reach the endpoint of the API server, which is in the subnet of the nodes.
var balancerPrefix = cidrSubnet(addressSpace, 27, 10)

// Role that lets the cluster use a subnet: for its nodes, and for the internal load balancer.
var networkContributor = '4d97b98b-1d4f-4787-a291-c67834d212e7'

module network 'modules/network.bicep' = {
  name: 'network'
  params: {
    location: location
    name: '${name}-network'
    addressSpace: addressSpace
    subnets: [
      {
        name: 'nodes'
        prefix: nodesPrefix
        inbound: concat(
          // The load balancer keeps its address as the destination when it passes a connection to a node.
          map(clients, (from, n) => { name: 'client-${n}', from: from, to: balancerPrefix, protocol: 'Tcp', ports: ['443'] }),
          map(operators, (from, n) => { name: 'operator-${n}', from: from, to: nodesPrefix, protocol: 'Tcp', ports: ['443'] }),
          [
            { name: 'probes', from: 'AzureLoadBalancer', to: '*', protocol: '*', ports: ['*'] }
            { name: 'nodes', from: nodesPrefix, to: '*', protocol: '*', ports: ['*'] }
            { name: 'pods', from: podPrefix, to: '*', protocol: '*', ports: ['*'] }
          ])
        // Between pods the network policies of the chart decide. This is the outer bound.
        outbound: concat(
          map([nodesPrefix, podPrefix], (to, n) => { name: 'cluster-${n}', from: '*', to: to, protocol: '*', ports: ['*'] }),
          [
            { name: 'secrets', from: '*', to: vaultPrefix, protocol: 'Tcp', ports: ['443'] }
            { name: 'registry', from: '*', to: registryPrefix, protocol: 'Tcp', ports: ['443'] }
            { name: 'platform-and-providers', from: '*', to: 'Internet', protocol: 'Tcp', ports: ['443'] }
            { name: 'names', from: '*', to: '168.63.129.16', protocol: '*', ports: ['53'] }
            { name: 'time', from: '*', to: '*', protocol: 'Udp', ports: ['123'] }
          ])
      }
      {
        name: 'vault'
        prefix: vaultPrefix
        inbound: map(concat([nodesPrefix], operators), (from, n) => {
          name: 'caller-${n}', from: from, to: vaultPrefix, protocol: 'Tcp', ports: ['443']
        })
        outbound: []
      }
      {
        name: 'registry'
        prefix: registryPrefix
        inbound: map(concat([nodesPrefix], operators), (from, n) => {
          name: 'caller-${n}', from: from, to: registryPrefix, protocol: 'Tcp', ports: ['443']
        })
        outbound: []
      }
      {
        name: 'balancer'
        prefix: balancerPrefix
        inbound: map(clients, (from, n) => { name: 'client-${n}', from: from, to: balancerPrefix, protocol: 'Tcp', ports: ['443'] })
        outbound: []
      }
    ]
  }
}

module logs 'modules/logs.bicep' = {
  name: 'logs'
  params: { location: location, name: '${name}-logs', days: logDays, publicIngestion: 'Enabled' }
}

resource clusterIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-cluster'
  location: location
}

resource secretsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${name}-secrets'
  location: location
}

// Only pods with this service account get a token of the identity. The gateway has another one, so that it cannot ask for the vault itself.
resource federation 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {
  parent: secretsIdentity
  name: 'secrets'
  properties: {
    issuer: cluster.properties.oidcIssuerProfile!.issuerURL
    subject: 'system:serviceaccount:${namespace}:${serviceAccount}'
    audiences: ['api://AzureADTokenExchange']
  }
}

resource subnets 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: '${name}-network'

  resource nodes 'subnets' existing = { name: 'nodes' }

  resource balancer 'subnets' existing = { name: 'balancer' }
}

resource balancing 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subnets::nodes.id, clusterIdentity.id, networkContributor)
  scope: subnets::nodes
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)
    principalId: clusterIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [network]
}

resource address 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subnets::balancer.id, clusterIdentity.id, networkContributor)
  scope: subnets::balancer
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', networkContributor)
    principalId: clusterIdentity.properties.principalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [network]
}

resource cluster 'Microsoft.ContainerService/managedClusters@2025-05-01' = {
  name: '${name}-cluster'
  location: location
  sku: { name: 'Base', tier: 'Standard' }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${clusterIdentity.id}': {} } }
  properties: {
    dnsPrefix: name
    enableRBAC: true
    disableLocalAccounts: true
    aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [administrators] }
    apiServerAccessProfile: {
      enablePrivateCluster: true
      enablePrivateClusterPublicFQDN: false
      privateDNSZone: 'system'
      // It would run commands in the cluster from outside of the network.
      disableRunCommand: true
    }
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      // Without a policy engine the network policies of the chart have no effect.
      networkDataplane: 'cilium'
      networkPolicy: 'cilium'
      podCidr: podPrefix
      serviceCidr: '10.245.0.0/16'
      dnsServiceIP: '10.245.0.10'
      loadBalancerSku: 'standard'
      outboundType: 'loadBalancer'
    }
    oidcIssuerProfile: { enabled: true }
    securityProfile: { workloadIdentity: { enabled: true } }
    addonProfiles: {
      azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: 'true', rotationPollInterval: '2m' } }
      azurepolicy: { enabled: true }
      omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: logs.outputs.id, useAADAuth: 'true' } }
    }
    // Managed disks for the state. The driver of Azure Files is off, so that no state comes onto a share with SMB.
    storageProfile: {
      diskCSIDriver: { enabled: true }
      snapshotController: { enabled: true }
      fileCSIDriver: { enabled: false }
      blobCSIDriver: { enabled: false }
    }
    autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'NodeImage' }
    agentPoolProfiles: [{
      name: 'system'
      mode: 'System'
      type: 'VirtualMachineScaleSets'
      count: 2
      vmSize: machineSize
      osType: 'Linux'
      osSKU: 'AzureLinux'
      vnetSubnetID: subnets::nodes.id
      enableNodePublicIP: false
    }]
  }
  dependsOn: [balancing, address]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'gatehouse'
  scope: cluster
  properties: {
    workspaceId: logs.outputs.id
    logs: [
      { category: 'guard', enabled: true }
      { category: 'kube-audit-admin', enabled: true }
      { category: 'kube-apiserver', enabled: true }
    ]
  }
}

var streams = ['Microsoft-ContainerLogV2', 'Microsoft-KubeEvents', 'Microsoft-KubePodInventory']

resource collection 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: '${name}-logs'
  location: location
  kind: 'Linux'
  properties: {
    dataSources: {
      extensions: [{
        name: 'ContainerInsightsExtension'
        extensionName: 'ContainerInsights'
        streams: streams
        extensionSettings: {
          dataCollectionSettings: {
            interval: '1m'
            namespaceFilteringMode: 'Include'
            namespaces: [namespace]
            enableContainerLogV2: true
          }
        }
      }]
    }
    destinations: { logAnalytics: [{ name: 'workspace', workspaceResourceId: logs.outputs.id }] }
    dataFlows: [{ streams: streams, destinations: ['workspace'] }]
  }
}

resource collecting 'Microsoft.Insights/dataCollectionRuleAssociations@2024-03-11' = {
  name: 'ContainerInsightsExtension'
  scope: cluster
  properties: { dataCollectionRuleId: collection.id }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    location: location
    name: '${name}vault'
    subnetId: network.outputs.subnetIds[1]
    networkId: network.outputs.id
    workspaceId: logs.outputs.id
    readerId: secretsIdentity.id
    readerPrincipalId: secretsIdentity.properties.principalId
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
    pullers: [{ name: 'cluster', principalId: cluster.properties.identityProfile.kubeletidentity.objectId }]
  }
}

output cluster string = cluster.name
output registryServer string = registry.outputs.server
output vaultName string = '${name}vault'
output tenantId string = tenant().tenantId
output secretsClientId string = secretsIdentity.properties.clientId
