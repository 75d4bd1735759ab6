using Gatehouse.ConformanceClient;

// The suite appends its server's URL as the last argument. With --through the same client goes through a gateway that
// is started in front of that URL.
var url = args[^1];
if (args is not ["--through", var gatewayDll, _]) return await SuiteClient.RunAsync(url, token: null);
await using var gateway = await GuardedUrl.StartAsync(gatewayDll, url);
return await SuiteClient.RunAsync(gateway.Url, gateway.Token);
