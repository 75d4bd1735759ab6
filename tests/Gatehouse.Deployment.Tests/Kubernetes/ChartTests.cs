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
    // A value that ends its line would write objects of its own, such as a privileged pod (CWE-74).
    [InlineData("persistence: { size: 1Gi, storageClass: \"a\\n---\\nkind: Pod\" }", "storageClass")]
    [InlineData("persistence: { size: \"1Gi\\nx: y\" }", "size")]
    [InlineData("tls: { existingSecret: \"a\\nx: y\" }", "existingSecret")]
    [InlineData("secrets: [{ name: a, existingSecret: b, key: \"c\\nx: y\" }]", "key")]
    [InlineData("image: { repository: \"a\\nx: y\" }", "repository")]
    [InlineData("networkPolicy: { egress: [{ cidr: \"10.0.0.0/8\\nx: y\", port: 443 }] }", "cidr")]
    [InlineData("servers: [{ name: deny, image: b, port: 8443, tls: { existingSecret: c } }]", "/servers/0/name")]
    [InlineData("podAnnotations: { container.apparmor.security.beta.kubernetes.io/gateway: unconfined }", "container.apparmor")]
    [InlineData("podAnnotations: { gatehouse/configuration: x }", "gatehouse/configuration")]
    [InlineData("service: { externalTrafficPolicy: None }", "externalTrafficPolicy")]
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

    // With Cluster, a connection comes from a node, and an ipBlock of the policy does not know its client (CWE-290).
    [Theory]
    [InlineData("{}", null)]
    [InlineData("service: { type: ClusterIP, externalTrafficPolicy: Cluster }", null)]
    [InlineData("service: { type: NodePort }", "Local")]
    [InlineData("service: { type: LoadBalancer }", "Local")]
    [InlineData("service: { type: LoadBalancer, externalTrafficPolicy: Cluster }", "Cluster")]
    public async Task TheService_KeepsTheAddressOfTheClient(string values, string? policy)
    {
        var service = (await chart.RenderAsync(values))["Service/mcp-gatehouse"].Deserialize<V1Service>(Strict)!;
        Assert.Equal(policy, service.Spec.ExternalTrafficPolicy);
    }

    [Fact]
    public async Task NamesThatYamlReadsAsSomethingElse_StayNames()
    {
        var objects = await chart.RenderAsync("""
            tls: { existingSecret: "12345" }
            secrets: [{ name: "true", existingSecret: "67890", key: "null" }]
            persistence: { size: 1Gi, storageClass: "1e3" }
            imagePullSecrets: [{ name: "111" }]
            podAnnotations: { a: "1" }
            servers:
              - name: "123"
                image: b
                port: 8443
                plainPort: 8000
                tls: { existingSecret: "222" }
                environmentSecret: "333"
                environment: { "n": "no" }
                user: 1000660000
            """, release: "0");
        Assert.All(objects.Values, static one => one.Deserialize(Kinds[one["kind"]!.GetValue<string>()], Strict));
        var set = objects["StatefulSet/0-gatehouse"].Deserialize<V1StatefulSet>()!.Spec;
        var secret = set.Template.Spec.Volumes.Single(static volume => volume.Name == "secrets").Projected.Sources.Single().Secret;
        Assert.Equal(("67890", "null", "true"), (secret.Name, secret.Items.Single().Key, secret.Items.Single().Path));
        Assert.Equal("1e3", set.VolumeClaimTemplates.Single().Spec.StorageClassName);
        var server = objects["Deployment/0-gatehouse-123"].Deserialize<V1Deployment>()!.Spec.Template;
        Assert.Equal(("0", "123"), (server.Metadata.Labels["app.kubernetes.io/instance"], server.Metadata.Labels["gatehouse/server"]));
        Assert.Equal(1000660000, server.Spec.SecurityContext.RunAsUser);
        Assert.Equal("222", server.Spec.Volumes.Single(static volume => volume.Name == "tls").Secret.SecretName);
        Assert.Equal("333", server.Spec.Containers[0].EnvFrom.Single().SecretRef.Name);
    }

    // Names of services are labels of DNS. A pod of a StatefulSet has a label with its name and ten characters more.
    [Fact]
    public async Task NamesOfALongRelease_Fit()
    {
        var release = new string('r', 31) + ".x" + new string('y', 20);
        var name = new string('s', 20);
        var objects = await chart.RenderAsync($"servers: [{{ name: {name}, image: b, port: 8443, tls: {{ existingSecret: c }} }}]", release);
        var gateway = new string('r', 31) + "-gatehouse";
        Assert.Contains($"StatefulSet/{gateway}", objects.Keys);
        var service = objects[$"Service/{gateway}-{name}"].Deserialize<V1Service>()!;
        Assert.True(service.Metadata.Name.Length <= 63, service.Metadata.Name);
        var configuration = objects[$"ConfigMap/{gateway}"]["data"]!["gatehouse.yaml"]!.GetValue<string>();
        Assert.Contains($"https://{service.Metadata.Name}:8443/mcp", configuration, StringComparison.Ordinal);
    }

    private static string Annotation(IReadOnlyDictionary<string, JsonNode> objects) =>
        objects["StatefulSet/mcp-gatehouse"]["spec"]!["template"]!["metadata"]!["annotations"]!["gatehouse/configuration"]!.GetValue<string>();
}
