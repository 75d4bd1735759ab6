using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Gatehouse.Deployment.Tests.Kubernetes;

/// <summary>The Helm chart by <c>helm lint</c> and <c>helm template</c>, and the values that it refuses.</summary>
[Trait("Requirement", "DE-01")]
public sealed class ChartTests : IDisposable
{
    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Dictionary<string, Type> Kinds = new()
    {
        ["ConfigMap"] = typeof(V1ConfigMap),
        ["Deployment"] = typeof(V1Deployment),
        ["NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["Service"] = typeof(V1Service),
        ["ServiceAccount"] = typeof(V1ServiceAccount),
        ["StatefulSet"] = typeof(V1StatefulSet),
    };

    private readonly Chart chart = new();

    public void Dispose() => chart.Dispose();

    [Theory]
    [InlineData("{}")]
    [InlineData(Chart.TwoServers)]
    public async Task Lint_FindsNothing(string values)
    {
        var (code, output, errors) = await chart.LintAsync(values);
        Assert.True(code == 0, output + errors);
        Assert.DoesNotContain("WARNING", output + errors, StringComparison.Ordinal);
    }

    // A member that Kubernetes does not know would be dropped, and with it what it protects.
    [Fact]
    public async Task EveryObject_HasOnlyMembersThatKubernetesKnows()
    {
        var objects = await chart.RenderAsync(Chart.TwoServers);
        Assert.All(objects.Values, static one => one.Deserialize(Kinds[one["kind"]!.GetValue<string>()], Strict));
        var wrong = objects["StatefulSet/mcp-gatehouse"].DeepClone();
        wrong["spec"]!["template"]!["spec"]!["securityContext"]!["runAsNonroot"] = true;
        Assert.Throws<JsonException>(() => wrong.Deserialize<V1StatefulSet>(Strict));
    }

    [Theory]
    [InlineData("replicaCount: 2", "not in this build")]
    [InlineData("replicaCount: 0", "replicaCount")]
    [InlineData("tls: { existingSecret: x, key: \"-----BEGIN PRIVATE KEY-----\" }", "key")]
    [InlineData("secrets: [{ name: a, value: hunter2 }]", "value")]
    [InlineData("secrets: [{ name: a, existingSecret: b, key: c, value: hunter2 }]", "value")]
    [InlineData("servers: [{ name: a, image: b, port: 8443, tls: { existingSecret: c }, environment: { API_TOKEN: hunter2 } }]", "API_TOKEN")]
    [InlineData("servers: [{ name: a, image: b, port: 8443, tls: { existingSecret: c }, privileged: true }]", "privileged")]
    [InlineData("servers: [{ name: a, image: b, port: 8443 }]", "tls")]
    [InlineData("configuration: { servers: { a: { url: \"https://a.example/\", credential: { header: X-Key, value: hunter2 } } } }", "value")]
    [InlineData("configuration: { issuers: [{ issuer: x, introspection: { client: a, secret: hunter2 } }] }", "secret")]
    [InlineData("servers: [{ name: a, image: b, port: 8443, tls: { existingSecret: c }, configuration: { credential: { value: hunter2 } } }]", "value")]
    [InlineData("configuration: { state: /tmp }", "the chart sets this key")]
    [InlineData("configuration: { listen: { url: \"http://0.0.0.0:8080\" } }", "the chart sets this key")]
    [InlineData("configuration: { servers: { a: { command: [node] } } }", "container of its own")]
    [InlineData("policy: []", "policy")]
    [InlineData("publicUrl: http://mcp.example.com", "publicUrl")]
    public async Task Values_ThatMayNotBe_AreRefused(string values, string word)
    {
        var (code, output, errors) = await chart.TemplateAsync(values);
        Assert.True(code != 0, output);
        Assert.Contains(word, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheConfiguration_IsOneThatTheGatewayTakes()
    {
        var data = (await chart.RenderAsync(Chart.TwoServers))["ConfigMap/mcp-gatehouse"]["data"]!;
        var folder = Directory.CreateTempSubdirectory("gh-chart-");
        try
        {
            foreach (var file in data.AsObject()) await File.WriteAllTextAsync(Path.Join(folder.FullName, file.Key), file.Value!.GetValue<string>());
            var (code, output, errors) = await OneShot.RunAsync(
                ProcessPlan.Dotnet(Repository.GatewayDll, "config", "check", "--config", Path.Join(folder.FullName, "gatehouse.yaml")));
            Assert.True(code == 0, output + errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var servers = YamlNodes.Read(data["gatehouse.yaml"]!.GetValue<string>()).Single()["servers"]!;
        Assert.Equal("https://mcp-gatehouse-tickets:8443/mcp", servers["tickets"]!["url"]!.GetValue<string>());
    }

    // The name in the configuration is that of a service, whose port leads to the port of the pods that it selects.
    [Theory]
    [InlineData("tickets")]
    [InlineData("files")]
    public async Task TheUrlOfAServer_LeadsToItsPods(string server)
    {
        var objects = await chart.RenderAsync(Chart.TwoServers);
        var service = objects[$"Service/mcp-gatehouse-{server}"].Deserialize<V1Service>()!;
        var pods = objects[$"Deployment/mcp-gatehouse-{server}"].Deserialize<V1Deployment>()!.Spec.Template;
        Assert.All(service.Spec.Selector, label => Assert.Equal(label.Value, pods.Metadata.Labels[label.Key]));
        var ports = pods.Spec.Containers.SelectMany(static one => one.Ports ?? []);
        Assert.Contains(ports, port => port.ContainerPort == service.Spec.Ports.Single().Port);
    }

    [Fact]
    public async Task TheGateway_HasOnePod_WithAVolumeForItsState_AndProbes()
    {
        var objects = await chart.RenderAsync(Chart.TwoServers);
        var set = objects["StatefulSet/mcp-gatehouse"].Deserialize<V1StatefulSet>()!.Spec;
        var gateway = set.Template.Spec.Containers.Single();
        Assert.Equal(1, set.Replicas);
        Assert.Equal("/var/lib/gatehouse", gateway.VolumeMounts.Single(static mount => mount.Name == "state").MountPath);
        Assert.Equal("ReadWriteOnce", set.VolumeClaimTemplates.Single().Spec.AccessModes.Single());
        Assert.Equal("OnRootMismatch", set.Template.Spec.SecurityContext.FsGroupChangePolicy);
        string[] health = ["/opt/gatehouse/gatehouse", "health", "--config", "/etc/gatehouse/gatehouse.yaml"];
        Assert.Equal(health, gateway.StartupProbe.Exec.Command);
        Assert.Equal(health, gateway.ReadinessProbe.Exec.Command);
        Assert.Equal("https", gateway.LivenessProbe.TcpSocket.Port.Value);
        var budget = objects["PodDisruptionBudget/mcp-gatehouse"].Deserialize<V1PodDisruptionBudget>()!.Spec;
        Assert.Equal("0", budget.MaxUnavailable.Value);
        Assert.All(budget.Selector.MatchLabels, label => Assert.Equal(label.Value, set.Template.Metadata.Labels[label.Key]));
    }

    // A change of the configuration starts the gateway again; anything else does not.
    [Fact]
    public async Task AChangeOfThePolicy_ChangesThePod()
    {
        var first = Annotation(await chart.RenderAsync(Chart.TwoServers));
        Assert.Equal(first, Annotation(await chart.RenderAsync(Chart.TwoServers + "\nservice: { port: 8443 }\n")));
        Assert.NotEqual(first, Annotation(await chart.RenderAsync(Chart.TwoServers + "\npolicy: [{ id: x, permit: { groups: [y] } }]\n")));
    }

    [Fact]
    public async Task TheImage_IsTakenByItsDigest_WhereOneIsGiven()
    {
        var digest = "sha256:" + new string('a', 64);
        foreach (var (values, image) in new[]
        {
            ("{}", "gatehouse:0.1.0"),
            ($"image: {{ repository: registry.example.com/gatehouse, digest: \"{digest}\" }}", $"registry.example.com/gatehouse@{digest}"),
        })
        {
            var set = (await chart.RenderAsync(values))["StatefulSet/mcp-gatehouse"].Deserialize<V1StatefulSet>()!;
            Assert.Equal(image, set.Spec.Template.Spec.Containers.Single().Image);
        }
    }

    // The tests of Compose run the proxy for real. The chart has the same one, with paths of its own.
    [Fact]
    public async Task TheProxyThatEndsTls_IsThatOfCompose()
    {
        var rendered = (await chart.RenderAsync(Chart.TwoServers))["ConfigMap/mcp-gatehouse-files-tls"]["data"]!["haproxy.cfg"]!.GetValue<string>();
        var file = await File.ReadAllLinesAsync(Path.Join(Repository.Root, "deploy", "files-tls.cfg"));
        Assert.Equal(file.Where(static line => !line.StartsWith('#')),
            rendered.TrimEnd().Replace("/run/tls/", "/run/secrets/", StringComparison.Ordinal).Split('\n'));
    }

    private static string Annotation(IReadOnlyDictionary<string, JsonNode> objects) =>
        objects["StatefulSet/mcp-gatehouse"]["spec"]!["template"]!["metadata"]!["annotations"]!["gatehouse/configuration"]!.GetValue<string>();
}
