using System.Text.RegularExpressions;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse doctor deployment</c> about the place where the tests run.</summary>
[Trait("Requirement", "DE-01")]
public sealed class DoctorDeploymentCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-deployment-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task DoctorOfTheDeployment_ReportsThisPlace_WithARemedyForEachFault()
    {
        var config = Path.Join(folder.FullName, "gatehouse.yaml");
        await File.WriteAllTextAsync(config, $$"""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "http://127.0.0.1:8080" }
            state: {{folder.FullName}}/state
            issuers: [{ issuer: "https://login.example.com" }]
            servers: { tickets: { url: "https://tickets.example.com/mcp" } }
            policy: [{ id: staff, permit: { groups: [staff] } }]
            """);
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "doctor", "deployment", "--config", config));
        Assert.True(code is 0 or 1, errors);
        Assert.Equal(code == 1, output.Contains("fails ", StringComparison.Ordinal));
        Assert.Contains("fsync", output, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(output, "^(limits|fails )", RegexOptions.Multiline), Regex.Count(output, "^ +-> ", RegexOptions.Multiline));
        var (_, json, _) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "doctor", "deployment", "--config", config, "--json"));
        Assert.Contains("\"subject\": \"system\"", json, StringComparison.Ordinal);
    }
}
