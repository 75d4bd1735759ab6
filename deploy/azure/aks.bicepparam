using 'aks.bicep'

param name = 'gatehouse01'
param clients = ['10.30.0.0/27']
param operators = ['10.30.1.0/28']
param administrators = '00000000-0000-0000-0000-000000000000'
