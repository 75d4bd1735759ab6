using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse doctor checkpoints</c> and <c>config check</c> say which place of checkpoints cannot work, before a gateway runs.</summary>
[Trait("Requirement", "AU-02")]
public sealed class DoctorCheckpointsCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-doctor-");

    private string Config => Path.Combine(folder.FullName, "gatehouse.yaml");

    private string Missing => Path.Combine(folder.FullName, "none");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task APlaceThatCannotWork_HasItsKeyItsReasonAndItsRemedy()
    {
        Write($"{{ name: archive, folder: {Missing} }}, {{ name: meta, url: \"https://169.254.169.254/put\" }}, {{ name: good, folder: {folder.FullName} }}, "
            + "{ name: down, url: \"http://127.0.0.1:1/put\" }");
        var (code, output, errors) = await RunAsync("doctor", "checkpoints", "--config", Config);
        Assert.True(code == 1, errors);
        Assert.Equal(
        [
            $"checkpoints.archive  {Missing}",
            $"  fails  audit.checkpoints[0].folder: the folder {Missing} is not there, or this account may not see it",
            "  -> make the folder or mount its volume, and let the account of the gateway add files; the gateway does not make it",
            "checkpoints.meta  https://169.254.169.254/put",
            "  fails  audit.checkpoints[1].url: the SSRF guard refuses every address of 169.254.169.254: it is link-local or a metadata service",
            "  -> use a place with another address",
            $"checkpoints.good  {folder.FullName}",
            "  folder is there and takes files of this account",
            "checkpoints.down  http://127.0.0.1:1/put",
            "  address allowed, not contacted",
        ], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var (_, json, _) = await RunAsync("doctor", "checkpoints", "--config", Config, "--json");
        var places = JsonSerializer.Deserialize<JsonElement>(json).GetProperty("places");
        Assert.Equal(["path", "name", "target", "fault", "remedy"], places[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(["path", "name", "target"], places[2].EnumerateObject().Select(member => member.Name));

        // The configuration has no fault: a place that is not mounted yet must not stop a gateway.
        (code, _, errors) = await RunAsync("config", "check", "--config", Config);
        Assert.Equal(0, code);
        Assert.Contains($"warning: audit.checkpoints[0].folder: the folder {Missing} is not there", errors, StringComparison.Ordinal);
        Assert.Contains("warning: audit.checkpoints[1].url: the SSRF guard refuses", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("audit.checkpoints[2]", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAPlaceOrAFault_TheAnswerIsGood()
    {
        Write("");
        var (code, output, errors) = await RunAsync("doctor", "checkpoints", "--config", Config);
        Assert.Equal((0, ""), (code, output));
        Assert.Contains("name no place", errors, StringComparison.Ordinal);
    }

    private void Write(string places) => File.WriteAllText(Config, $$"""
        version: 1
        publicUrl: https://mcp.example.com
        listen: { url: "http://127.0.0.1:8080" }
        state: {{folder.FullName}}/state
        issuers:
          - issuer: https://login.example.com
        servers:
          tickets: { url: "https://tickets.example.com/mcp" }
        audit:
          checkpoints: [{{places}}]
        policy:
          - id: staff
            permit: { groups: [staff] }
        """);

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] words) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, words));
}
