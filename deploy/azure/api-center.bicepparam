using 'api-center.bicep'

param center = 'example-api-center'
param publicUrl = 'https://mcp.example.com'
param servers = [
  { name: 'tickets', title: 'Tickets', summary: 'Reads and writes tickets.' }
  { name: 'wiki', title: 'Wiki', summary: 'Searches the wiki.' }
]
