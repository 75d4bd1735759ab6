// The servers of the gateway in an existing API Center, so that people find the address of the gateway and not that of a server.

targetScope = 'resourceGroup'

type server = {
  @description('Name of the server, as in the configuration of the gateway.')
  name: string
  title: string
  summary: string
}

@description('Name of the API Center.')
param center string

@description('publicUrl in the configuration of the gateway.')
param publicUrl string

@description('Servers with the standard path, /mcp/ and the name.')
param servers server[]

resource inventory 'Microsoft.ApiCenter/services@2024-03-01' existing = { name: center }

resource workspace 'Microsoft.ApiCenter/services/workspaces@2024-03-01' existing = {
  parent: inventory
  name: 'default'
}

resource place 'Microsoft.ApiCenter/services/workspaces/environments@2024-03-01' = {
  parent: workspace
  name: 'gatehouse'
  properties: { title: 'Gatehouse', kind: 'production' }
}

resource entries 'Microsoft.ApiCenter/services/workspaces/apis@2024-03-01' = [for one in servers: {
  parent: workspace
  name: one.name
  properties: { title: one.title, summary: one.summary, kind: 'mcp' }
}]

resource versions 'Microsoft.ApiCenter/services/workspaces/apis/versions@2024-03-01' = [for (one, i) in servers: {
  parent: entries[i]
  name: 'current'
  properties: { title: 'Current', lifecycleStage: 'production' }
}]

resource definitions 'Microsoft.ApiCenter/services/workspaces/apis/versions/definitions@2024-03-01' = [for (one, i) in servers: {
  parent: versions[i]
  name: 'mcp'
  properties: { title: 'MCP' }
}]

resource deployments 'Microsoft.ApiCenter/services/workspaces/apis/deployments@2024-03-01' = [for (one, i) in servers: {
  parent: entries[i]
  name: 'gatehouse'
  properties: {
    title: 'Gatehouse'
    environmentId: '/workspaces/default/environments/${place.name}'
    definitionId: '/workspaces/default/apis/${one.name}/versions/current/definitions/${definitions[i].name}'
    server: { runtimeUri: ['${publicUrl}/mcp/${one.name}'] }
  }
}]
