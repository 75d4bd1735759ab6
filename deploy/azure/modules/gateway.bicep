// The gateway: one replica, with its state on the NFS share, its secrets from Key Vault, and TLS that ends in it.

@export()
type secret = {
  @description('Variable of the process, which the configuration names as env:NAME.')
  variable: string
  @description('Name of the secret in Key Vault, in lower case.')
  name: string
}

@export()
type upstream = {
  name: string
  host: string
}

// With the slashes, because a name can be the end of another one: tickets and my-tickets.
@export()
@description('Puts the host of each server in the place of NAME.server.invalid.')
func withHosts(configuration string, upstreams upstream[]) string =>
  reduce(upstreams, configuration, (text, one) => replace(text, '//${one.name}.server.invalid', '//${one.host}'))

param location string
param name string
param environmentId string
param environmentName string
@description('Image with its digest.')
param image string
param registryServer string
@description('Identity with which the platform pulls the image and reads the secrets. The gateway itself cannot use it.')
param identityId string
param vaultUri string
@description('Secret of Key Vault with the certificate of the listener, its intermediates and its key, as PEM.')
param certificateName string
param secrets secret[]
@description('Configuration of the gateway. It has no secrets, only references to them.')
param configuration string
@description('Hosts of the servers. https://NAME.server.invalid in the configuration is the server NAME.')
param upstreams upstream[]
param shareServer string
param share string
param port int

resource apps 'Microsoft.App/managedEnvironments@2025-07-01' existing = {
  name: environmentName

  resource storage 'storages' = {
    name: 'state'
    properties: { nfsAzureFile: { server: shareServer, shareName: share, accessMode: 'ReadWrite' } }
  }
}

resource app 'Microsoft.App/containerApps@2025-07-01' = {
  name: name
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      // Threat: code in the container asks the platform for a token of the identity, and reads every secret of the vault (CWE-522).
      identitySettings: [{ identity: identityId, lifecycle: 'None' }]
      registries: [{ server: registryServer, identity: identityId }]
      secrets: concat(
        [
          { name: 'configuration', value: withHosts(configuration, upstreams) }
          { name: 'listener', keyVaultUrl: '${vaultUri}secrets/${certificateName}', identity: identityId }
        ],
        map(secrets, one => { name: one.name, keyVaultUrl: '${vaultUri}secrets/${one.name}', identity: identityId }))
      ingress: {
        // For the virtual network: the environment has no public address. TCP, because the gateway ends TLS itself. With HTTP the ingress would
        // end it, and its addresses change, so that the configuration could not name them (listen.tlsEndedByProxies).
        external: true
        transport: 'tcp'
        targetPort: port
        exposedPort: port
      }
    }
    template: {
      terminationGracePeriodSeconds: 60
      containers: [{
        name: 'gatehouse'
        image: image
        resources: { cpu: json('1.0'), memory: '2Gi' }
        env: map(secrets, one => { name: one.variable, secretRef: one.name })
        probes: [
          { type: 'Startup', tcpSocket: { port: port }, periodSeconds: 2, failureThreshold: 60 }
          { type: 'Liveness', tcpSocket: { port: port }, periodSeconds: 10, failureThreshold: 3 }
          { type: 'Readiness', tcpSocket: { port: port }, periodSeconds: 10, failureThreshold: 3 }
        ]
        volumeMounts: [
          { volumeName: 'configuration', mountPath: '/etc/gatehouse' }
          { volumeName: 'state', mountPath: '/var/lib/gatehouse' }
        ]
      }]
      // One gateway uses the state at a time. There is no parameter for more.
      scale: { minReplicas: 1, maxReplicas: 1 }
      volumes: [
        {
          name: 'configuration'
          storageType: 'Secret'
          secrets: [
            { secretRef: 'configuration', path: 'gatehouse.yaml' }
            { secretRef: 'listener', path: 'tls.pem' }
          ]
        }
        { name: 'state', storageType: 'NfsAzureFile', storageName: apps::storage.name }
      ]
    }
  }
}
