using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Gatehouse.Deployment.Tests.Compose;

/// <summary>The file for Compose by the published schema, and what its containers give up.</summary>
[Trait("Requirement", "DE-01")]
public sealed class ComposeFileTests
{
    private static readonly string Published =
        Path.Join(Repository.Root, "tests", "Gatehouse.Deployment.Tests", "Schemas", "compose-spec.json");

    private static readonly Lazy<JsonSchema> Schema = new(static () =>
    {
        var published = JsonNode.Parse(File.ReadAllText(Published))!.AsObject();
        published["$schema"] = "http://json-schema.org/draft-07/schema#"; // the published one writes the same name with https, which names no schema
        return JsonSchema.FromText(published.ToJsonString());
    });

    private readonly ComposeFile file = ComposeFile.Read();

    [Fact]
    public void File_IsValidByThePublishedSchema() => Assert.Empty(Faults(file.Document));

    [Theory]
    [InlineData("services/gateway/read_only", "[1]")]
    [InlineData("services/gateway/cap_drop", "\"ALL\"")]
    [InlineData("services/gateway/healthcheck/interval", "[10]")]
    [InlineData("services/gateway/permissions", "\"none\"")]
    [InlineData("networks/tickets/internal", "[1]")]
    public void TheSchema_RefusesWhatIsWrong(string path, string value)
    {
        var changed = file.Document.DeepClone();
        var steps = path.Split('/');
        steps[..^1].Aggregate(changed, static (node, step) => node[step]!)[steps[^1]] = JsonNode.Parse(value);
        Assert.NotEmpty(Faults(changed));
    }

    // Threat: a process that breaks out of its program has what its container has (CWE-250, CWE-732).
    [Fact]
    public void EveryContainer_GivesUpRights_AndHasLimits() => Assert.All(file.Services, static service =>
    {
        var (_, one) = service;
        Assert.Equal("65532:65532", one["user"]!.GetValue<string>());
        Assert.True(one["read_only"]!.GetValue<bool>());
        Assert.Equal(["ALL"], Texts(one["cap_drop"]));
        Assert.Equal(["no-new-privileges:true"], Texts(one["security_opt"]));
        var limits = one["deploy"]!["resources"]!["limits"]!.AsObject();
        Assert.Equal(["cpus", "memory", "pids"], limits.Select(static limit => limit.Key).Order());
        Assert.DoesNotContain(one.AsObject(), static key => key.Key is "privileged" or "cap_add" or "devices" or "pid" or "ipc" or "userns_mode");
    });

    // A secret in the file, or in a variable, is read by everyone who may list containers (CWE-522).
    [Fact]
    public void Secrets_AreFiles_AndEachIsDeclared()
    {
        var declared = file.Document["secrets"]!.AsObject();
        Assert.All(declared, static secret => Assert.Equal(["file"], secret.Value!.AsObject().Select(static key => key.Key)));
        var used = file.Services.Values.SelectMany(static service => service["secrets"]?.AsArray() ?? [])
            .Select(static secret => secret is JsonObject named ? named["source"]!.GetValue<string>() : secret!.GetValue<string>()).ToHashSet();
        Assert.Equal(declared.Select(static secret => secret.Key).Order(), used.Order());
    }

    [Fact]
    public void OnlyTheGateway_IsPublished_AndItsHealthIsAsked()
    {
        Assert.Equal(["gateway"], file.Services.Where(static service => service.Value["ports"] is not null).Select(static service => service.Key));
        Assert.Equal(["CMD", "/opt/gatehouse/gatehouse", "health", "--config", "/etc/gatehouse/gatehouse.yaml"],
            Texts(file.Services["gateway"]["healthcheck"]!["test"]));
    }

    [Fact]
    public void EachServer_SharesANetworkWithTheGatewayAlone()
    {
        foreach (var (network, isInner) in file.Networks)
        {
            var members = file.Services.Keys
                .Where(service => file.HostOf(service) == service && file.NetworksOf(service).ContainsKey(network)).ToList();
            Assert.Contains("gateway", members);
            Assert.Equal(isInner ? 2 : 1, members.Count);
        }

        Assert.Equal(3, file.Networks.Count);
    }

    [Fact]
    public async Task TheConfiguration_HasNoFault()
    {
        var (code, output, errors) = await CheckAsync(Path.Join(ComposeFile.Folder, "gatehouse.yaml"));
        Assert.True(code == 0, output + errors);
    }

    private static Task<(int Code, string Output, string Errors)> CheckAsync(string path) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "config", "check", "--config", path));

    private static List<string> Texts(JsonNode? list) => [.. list!.AsArray().Select(static one => one!.GetValue<string>())];

    private static List<string> Faults(JsonNode document)
    {
        using var read = JsonDocument.Parse(document.ToJsonString());
        var result = Schema.Value.Evaluate(read.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : [.. (result.Details ?? []).Where(static one => one.Errors is not null)
            .SelectMany(static one => one.Errors!.Select(error => $"{one.InstanceLocation}: {error.Value}")), "invalid"];
    }
}
