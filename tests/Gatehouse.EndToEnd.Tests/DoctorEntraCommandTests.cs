using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse doctor entra</c> about registrations that were saved with <c>az</c>.</summary>
[Trait("Requirement", "EN-04")]
public sealed class DoctorEntraCommandTests : IDisposable
{
    private static readonly string Exercises = Path.Join(Repository.Root, "docs/guides/entra/exercises");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-entra-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task ARegistrationWithFaults_IsReported_WithPlaceCommandAndPage()
    {
        string[] line = ["doctor", "entra", "--kind", "remote", "--registration", Path.Join(Exercises, "2-remote.json"),
            "--url", "https://mcp.example.com/mcp", "--tool", "getUserDetails"];
        var (code, output, errors) = await RunAsync(line);
        Assert.Equal(1, code);
        Assert.Contains("fails   multi-tenant  $.signInAudience", output, StringComparison.Ordinal);
        Assert.Contains("-> az ad app update --id 1f2e3d4c-0000-4000-8000-00000000e002 --sign-in-audience AzureADMyOrg", output, StringComparison.Ordinal);
        Assert.Contains("docs/guides/entra/findings.md#multi-tenant", output, StringComparison.Ordinal);
        Assert.Contains("not judged: owners", errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await RunAsync([.. line, "--json"])).Output);
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        var finding = json.RootElement.GetProperty("registration").GetProperty("findings")[0];
        Assert.Equal(["command", "id", "page", "path", "verdict", "words"],
            finding.EnumerateObject().Select(static one => one.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(3, "does not exist", "--kind", "local", "--registration", "/nowhere.json")]
    [InlineData(2, "there is no registration", "--kind", "local")]
    [InlineData(2, "is not one of local, remote, gateway", "--kind", "server", "--registration", "-")]
    [InlineData(2, "is not one of my-profile", "--kind", "local", "--registration", "-", "--tool", "everything")]
    [InlineData(2, "is no application (client) id", "--kind", "remote", "--app", "mine", "--config", "/nowhere.yaml")]
    [InlineData(2, "is no URL", "--kind", "remote", "--registration", "-", "--url", "mcp.example.com")]
    [InlineData(2, "is no application (client) id", "--kind", "remote", "--registration", "-", "--client", "mine")]
    [InlineData(3, "not JSON", "--kind", "local", "--registration", "-")]
    public async Task AWrongOption_IsOneClearLine(int expected, string words, params string[] options)
    {
        var (code, _, errors) = await RunAsync(["doctor", "entra", .. options]);
        Assert.Equal(expected, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] line) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, line));
}
