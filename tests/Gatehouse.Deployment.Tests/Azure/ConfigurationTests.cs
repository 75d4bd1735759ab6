namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>The configuration that container-apps.bicepparam takes, and the parts of it that the template has to fit.</summary>
[Trait("Requirement", "DE-02")]
public sealed class ConfigurationTests
{
    private static readonly string FilePath = Path.Join(Bicep.Folder, "gatehouse.yaml");

    [Fact]
    public async Task Configuration_IsAccepted()
    {
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "check", "--config", FilePath));
        Assert.True(code == 0, output + errors);
    }

    // The header of a certificate counts only from proxies that the configuration names, and this one names none: the gateway ends TLS.
    [Fact]
    public async Task Configuration_BelievesNoProxy()
    {
        var (_, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "show", "--config", FilePath));
        Assert.True(errors.Length == 0, errors);
        Assert.Matches(@"(?m)^listen\.url +https://0\.0\.0\.0:8443 ", output);
        Assert.Matches(@"(?m)^listen\.tlsEndedByProxies +\[\] ", output);
    }
}
