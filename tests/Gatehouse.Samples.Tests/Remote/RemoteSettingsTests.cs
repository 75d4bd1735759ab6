namespace Gatehouse.Samples.Tests.Remote;

/// <summary>Each wrong option of the sample is one line at its start. The sample is short, and the gateway accepts its second form.</summary>
[Trait("Requirement", "EN-02")]
public sealed class RemoteSettingsTests
{
    [Theory]
    [InlineData("Server__Url", "http://localhost:7443/mcp", "Server:Url: is not an https address")]
    [InlineData("Server__StoreKey", "/nowhere", "Server:StoreCertificate: cannot be read")]
    [InlineData("Server__Store", "/proc/store", "Server:Store: the folder /proc/store cannot be made")]
    [InlineData("Client__Id", "", "Client:Id: is missing")]
    [InlineData("Client__RedirectUris__0", "https://*.example.com/callback", "Client:RedirectUris: https://*.example.com/callback is")]
    [InlineData("Client__RedirectUris__0", "http://client.example.com/callback", "Client:RedirectUris: http://client.example.com/callback is")]
    [InlineData("Entra__TenantId", "common", "Entra:TenantId: is not a GUID")]
    [InlineData("Entra__ClientId", "sample", "Entra:ClientId: is not a GUID")]
    [InlineData("Entra__Instance", "login.microsoftonline.com", "Entra:Instance: is not an https address")]
    [InlineData("Entra__ClientSecret", "", "Entra:ClientSecret: is missing")]
    [InlineData("Entra__Credential", "ManagedIdentity", "Entra:ClientSecret: is set, and ManagedIdentity needs no secret")]
    [InlineData("Entra__Certificate", "/nowhere", "Entra:Certificate: cannot be read", "Certificate")]
    [InlineData("Graph__Url", "http://graph.microsoft.com/v1.0", "Graph:Url: is not an https address")]
    [InlineData("Kestrel__Endpoints__Https__Url", "http://localhost:7443", "Kestrel:Endpoints:Https:Url: is not https")]
    [InlineData("Kestrel__Certificates__Default__KeyPath", "/nowhere", "Kestrel:Certificates:Default: cannot be read")]
    public async Task WrongOption_IsOneLine_AndNothingStarts(string name, string value, string line, string form = "Secret")
    {
        await using var site = await Site.StartAsync();
        await using var server = RemoteServer.Configure(site, form);
        var (code, output, errors) = await OneShot.RunAsync(server.Plan.With(name, value));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(line, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(server.Store, "tokens.db")));
    }

    [Fact]
    public void Sample_HasFewerThan600Lines()
    {
        var lines = Directory.GetFiles(Path.Join(Repository.Root, "samples", "EntraRemoteServer"), "*.cs").Sum(file => File.ReadLines(file).Count());
        Assert.InRange(lines, 300, 599);
    }

    [Fact]
    public async Task ConfigurationOfTheGatewayInFront_IsAccepted()
    {
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "check", "--config",
            Path.Join(Repository.Root, "samples", "EntraRemoteServer", "gatehouse.yaml")));
        Assert.True(code == 0, output + errors);
    }
}
