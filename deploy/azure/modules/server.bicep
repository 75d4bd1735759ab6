// An MCP server in an environment of its own. Only the subnet of the gateway reaches it: by the network security group of its subnet, and by the
// restriction of its ingress.

param location string
param name string
param environmentId string
@description('Image with its digest.')
param image string
param port int
@description('Variables of its process, no secrets.')
param environment { *: string }
param registryServer string
@description('Identity that pulls the image. The server itself cannot use it.')
param identityId string
@description('Subnet of the gateway.')
param gatewayPrefix string

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      identitySettings: [{ identity: identityId, lifecycle: 'None' }]
      registries: [{ server: registryServer, identity: identityId }]
      ingress: {
        // For the virtual network: the environment has no public address.
        external: true
        allowInsecure: false
        transport: 'http'
        targetPort: port
        ipSecurityRestrictions: [{ name: 'gateway', action: 'Allow', ipAddressRange: gatewayPrefix }]
      }
    }
    template: {
      containers: [{
        name: name
        image: image
        env: map(items(environment), one => { name: one.key, value: one.value })
        resources: { cpu: json('0.5'), memory: '1Gi' }
      }]
      scale: { minReplicas: 1, maxReplicas: 1 }
    }
  }
}

output host string = app.properties.configuration.ingress!.fqdn
